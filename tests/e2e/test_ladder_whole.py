"""On every rung the draft is whole: it says once what the canvas that was refused would have said."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from bot.app import start
from sandbox.records import Canvas, Message
from tests.e2e.conftest import World, settings_for
from tests.until import until

TAB, CHANNEL, EDIT, POST = (
    "canvases.create",
    "conversations.canvases.create",
    "canvases.edit",
    "chat.postMessage",
)
READ = "canvases.getContent"
UNREAD = "the channel was not read again before this draft, so undelivered messages may be missing"
_ADDRESS = re.compile(r"\]\([^)]*\)|<https?:[^|>\s]*\|?|https?:\S+|!\[|<br>")
_COLUMNS = re.compile(r"^\|.*\n\|[-| ]+\|$", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z]{2,}|\d{2,}")


async def recorded(world: World) -> None:
    await world.open_here("Café *bold* & co")
    for number, emoji in enumerate(("pushpin", "book", "boom", "mag", "dart", "bulb")):
        ts = await world.say(world.ana, f"It was {emoji} `a|b` <https://x.example/{number}|this>", at="14:30")
        await world.mark(world.ben, ts, emoji)
    for number in range(30):
        text = f"Event{number} happened, and {'nothing else ' * 8}."
        ts = world.workspace.say(world.ben.id, world.channel.id, text)
        world.workspace.react(world.ana.id, world.channel.id, ts, "pushpin")
    await world.settled()


def refuse(world: World, *methods: str) -> None:
    for method in methods:
        world.workspace.refuse(method, "restricted_action", times=50)


def allow(world: World) -> None:
    world.workspace.faults.clear()


def asked_for(world: World, method: str) -> str:
    """The Markdown of the newest call of a method that writes a canvas."""
    arguments = world.workspace.calls(method)[-1].args
    given = _parsed(arguments.get("document_content") or arguments["changes"])
    if isinstance(given, list):
        given = given[0]["document_content"]
    assert isinstance(given, dict)
    return str(given["markdown"])


def _parsed(argument: object) -> Any:
    """An argument as it was meant: Slack's methods take JSON as text, too."""
    return json.loads(argument) if isinstance(argument, str) else argument


def said(text: str) -> Counter[str]:
    """Words and numbers as people read them, without addresses and what stands above a table's columns."""
    plain = _ADDRESS.sub(" ", _COLUMNS.sub("", text).replace("\\", ""))
    return Counter(_WORD.findall(plain))


def missing(wanted: str, found: str) -> dict[str, int]:
    return dict(said(wanted) - said(found))


def thread(world: World) -> Sequence[Message]:
    return [message for message in world.messages_of_scribe() if message.is_reply]


def only_canvas(world: World) -> Canvas:
    (canvas,) = world.workspace.canvases.values()
    return canvas


async def test_the_channels_canvas_holds_what_the_tab_would_have_held(world: World) -> None:
    await recorded(world)
    refuse(world, TAB)

    await world.command(world.ana, "/resolve The rollback helped.")

    assert asked_for(world, CHANNEL) == asked_for(world, TAB)
    assert (only_canvas(world)).id == world.channel.channel_canvas_id


async def test_below_the_draft_before_stands_the_whole_draft_and_above_it_what_people_wrote(
    world: World,
) -> None:
    await recorded(world)
    await world.command(world.ana, "/resolve The rollback helped.")
    canvas = only_canvas(world)
    before = canvas.markdown
    refuse(world, TAB, CHANNEL, READ)

    await world.command(world.ana, "/postmortem draft")

    assert asked_for(world, EDIT) == f"# Draft 2\n\n{asked_for(world, TAB)}"
    assert canvas.markdown.startswith(before)
    assert only_canvas(world) is canvas


async def test_the_thread_says_every_word_of_the_canvas(world: World) -> None:
    await recorded(world)
    refuse(world, TAB, CHANNEL, EDIT)

    await world.command(world.ana, "/resolve The rollback helped.")

    assert missing(asked_for(world, TAB), "\n".join(message.text for message in thread(world))) == {}
    assert max(len(message.text) for message in thread(world)) <= 4000


async def test_the_file_says_every_word_of_the_canvas(world: World) -> None:
    await recorded(world)
    refuse(world, TAB, CHANNEL, EDIT, POST)

    await world.command(world.ana, "/postmortem draft")

    (file,) = [file for file in world.workspace.files.values() if file.name.endswith(".md")]
    assert missing(asked_for(world, TAB), file.content.decode()) == {}
    assert any(file in message.files for message in world.workspace.messages(world.channel.id))


async def test_markdown_refused_twice_becomes_paragraphs_that_say_every_word(world: World) -> None:
    await recorded(world)
    world.workspace.refuse(TAB, "canvas_creation_failed", times=2, detail="line 9: Unsupported block type")

    await world.command(world.ana, "/resolve The rollback helped.")

    canvas = only_canvas(world)
    calls = world.workspace.calls(TAB)
    first = _parsed(calls[0].args["document_content"])["markdown"]
    assert len(calls) == 3
    assert missing(first, canvas.markdown) == {}
    assert {section.kind for section in canvas.sections} & {"table", "code"} == set()


async def test_what_was_written_plainly_is_still_nobodys_change(world: World) -> None:
    await recorded(world)
    world.workspace.refuse(TAB, "canvas_creation_failed", times=2, detail="line 9: Unsupported block type")
    await world.command(world.ana, "/resolve The rollback helped.")
    canvas = only_canvas(world)

    answer = await world.command(world.ana, "/postmortem draft")

    assert "is up to date" in answer
    assert world.workspace.calls(EDIT) == []
    assert only_canvas(world) is canvas


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    ("refused", "lost"),
    [
        ((), TAB),
        ((TAB,), CHANNEL),
        ((TAB, CHANNEL), POST),
        ((TAB, CHANNEL, POST), "files.completeUploadExternal"),
    ],
)
async def test_answers_that_are_lost_double_nothing(
    world: World, refused: Sequence[str], lost: str, times: int
) -> None:
    await recorded(world)
    refuse(world, *refused)
    world.workspace.lose_answer(lost, times=times)

    await world.command(world.ana, "/postmortem draft")

    held = "\n".join(
        [
            *(canvas.markdown for canvas in world.workspace.canvases.values()),
            *(message.text for message in thread(world)),
            *(f.content.decode() for f in world.workspace.files.values() if f.name.endswith(".md")),
        ]
    )
    wanted = asked_for(world, TAB).replace(UNREAD, "")  # by the second try the channel has been read
    assert missing(wanted, held) == {}
    assert held.count("Event22 happened") == asked_for(world, TAB).count("Event22 happened")
    shared = Counter(file.name for m in world.workspace.messages(world.channel.id) for file in m.files)
    assert set(shared.values()) <= {1}


async def test_a_lost_answer_below_the_draft_before_adds_it_once(world: World) -> None:
    await recorded(world)
    await world.command(world.ana, "/resolve The rollback helped.")
    canvas = only_canvas(world)
    refuse(world, TAB, CHANNEL)
    world.workspace.refuse(READ, "missing_scope")
    world.workspace.lose_answer(EDIT)

    await world.command(world.ana, "/postmortem draft")

    assert len(world.workspace.calls(EDIT)) == 1
    assert canvas.markdown.split("\n").count("# Draft 2") == 1
    assert only_canvas(world) is canvas


@pytest.mark.parametrize(("refused", "method"), [((), TAB), ((TAB,), CHANNEL), ((TAB, CHANNEL), POST)])
async def test_a_draft_that_was_going_out_when_scribe_stopped_arrives_once(
    world: World, database_url: str, refused: Sequence[str], method: str
) -> None:
    await recorded(world)
    refuse(world, *refused)
    world.workspace.lose_answer(method, times=50)
    await world.workspace.command(world.ana.id, world.channel.id, "/postmortem", "draft")
    await until(lambda: any(call.status == 503 for call in world.workspace.calls(method)))

    await world.running.stop()
    allow(world)
    refuse(world, *refused)
    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()
    await world.settled()

    held = "\n".join(
        [
            *(canvas.markdown for canvas in world.workspace.canvases.values()),
            *(message.text for message in thread(world)),
        ]
    )
    wanted = asked_for(world, TAB).replace(UNREAD, "")  # by the second try the channel has been read
    assert missing(wanted, held) == {}
    assert held.count("Event22 happened") == asked_for(world, TAB).count("Event22 happened")
