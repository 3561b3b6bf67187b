"""Pressing a button and filling a form in, whatever message the button stands below."""

from __future__ import annotations

from sandbox.records import Ephemeral, Person, SubmitAnswer, View
from tests.e2e.conftest import World
from tests.until import until


async def opened(world: World, who: Person, action_id: str, value: str) -> View:
    """The form that a button opens."""
    await press(world, who, action_id, value)
    await until(lambda: bool(world.workspace.open_views(who.id)))
    (view,) = world.workspace.open_views(who.id)
    return view


async def press(world: World, who: Person, action_id: str, value: str, *, ts: str = "") -> None:
    """Press a button that carries `value`, below a message of its person's own, or the message `ts`."""
    ts = ts or show(world, who, action_id, value)
    error = await world.workspace.click(
        who.id, channel_id=world.channel.id, message_ts=ts, action_id=action_id
    )
    assert error is None
    await world.settled()


def show(world: World, who: Person, action_id: str, value: str) -> str:
    """Show somebody a message with this button, as if it had been sent before; its ts."""
    ts = world.workspace.clock.next_ts()
    button = {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": "Press"},
        "value": value,
    }
    block = {"type": "actions", "block_id": "pressed", "elements": [button]}
    world.workspace.show_ephemeral(Ephemeral(ts, world.channel.id, who.id, "Shown before", [block]))
    return ts


async def submit(world: World, who: Person, view: View, values: dict[str, str | None]) -> SubmitAnswer:
    """Send a form with these values, by their blocks, each of whose elements is called `value`."""
    answer = await world.workspace.submit_view(
        who.id, view.id, {block: {"value": value} for block, value in values.items()}
    )
    await world.settled()
    return answer


async def answered(world: World, who: Person, words: str) -> None:
    """Wait until somebody alone was shown a message with these words."""
    await until(
        lambda: any(words in one.text for one in world.workspace.ephemerals(who.id, world.channel.id))
    )
