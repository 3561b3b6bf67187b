"""The draft always appears: a canvas, and where Slack refuses one, a thread. Resolving never waits for it."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import World


async def resolved_with_one_event(world: World, text: str = "Rolled back.") -> None:
    await world.open_here()
    ts = await world.say(world.ana, text, at="14:30")
    await world.mark(world.ben, ts)
    await world.say(world.ben, "We are back.", at="15:30")
    await world.command(world.ana, "/resolve The rollback helped.")


async def test_the_draft_is_a_canvas_of_the_channel_that_members_may_write(world: World) -> None:
    await resolved_with_one_event(world)

    (canvas,) = world.workspace.canvases.values()
    assert canvas.title == "INC-1: Deployment disruption"
    assert canvas.id in world.channel.canvas_ids
    assert "Rolled back." in canvas.markdown
    assert "The rollback helped." in canvas.markdown
    access = [call.args for call in world.workspace.calls("canvases.access.set")]
    assert [(call["access_level"], call["channel_ids"]) for call in access] == [("write", world.channel.id)]
    link = world.messages_of_scribe()[-1].text
    assert canvas.id in link


async def test_every_line_of_the_draft_links_to_its_message(world: World) -> None:
    await world.open_here()
    said = {}
    for emoji in ("pushpin", "book", "boom", "mag", "dart", "bulb"):
        said[emoji] = await world.say(world.ana, f"Said for {emoji}.", at="14:30")
        await world.mark(world.ben, said[emoji], emoji)

    await world.command(world.ana, "/resolve")

    for emoji, ts in said.items():
        line = next(line for line in world.canvas().splitlines() if f"Said for {emoji}." in line)
        link = line.split("](")[1].split(")")[0]
        found = world.workspace.resolve_permalink(link)
        assert found is not None
        assert found.ts == ts


async def test_a_section_nobody_marked_is_its_heading_for_people_to_write(world: World) -> None:
    await resolved_with_one_event(world)

    assert world.canvas().split("## Root Cause Analysis\n")[1].split("## ")[0].strip() == ""
    for ours in ("/incident", "/timeline", "/postmortem", "/resolve", "unknown", "?"):
        assert ours not in world.canvas()


async def test_when_slack_refuses_tables_the_timeline_is_a_list(world: World) -> None:
    world.workspace.refuse("canvases.create", "canvas_creation_failed", detail="line 14: Unsupported table")

    await resolved_with_one_event(world)

    assert "|" not in world.canvas().split("## Timeline")[1].split("## Root")[0]
    assert "Rolled back." in world.canvas()


@pytest.mark.parametrize(
    "refusal",
    [
        "canvas_disabled_user_team",
        "free_team_canvas_tab_already_exists",
        "canvas_tab_creation_failed",
        "restricted_action",
        "missing_scope",
        "team_tier_cannot_create_channel_canvases",
    ],
)
async def test_when_slack_refuses_a_canvas_the_draft_is_a_thread(world: World, refusal: str) -> None:
    for method in ("canvases.create", "conversations.canvases.create"):
        world.workspace.refuse(method, refusal, times=5)
    text = "start " + "lorem ipsum " * 1500 + "end"

    await resolved_with_one_event(world, text)

    root = next(m for m in world.messages_of_scribe() if "is in this thread" in m.text)
    thread = [m for m in world.messages_of_scribe() if m.thread_ts == root.ts and m.is_reply]
    whole = " ".join(m.text for m in thread)
    assert max(len(m.text) for m in thread) <= 4000
    assert whole.count("lorem") == 1500
    assert "The rollback helped." in whole
    assert whole.index("start") < whole.index("end")


async def test_resolving_twice_is_one_sentence_with_the_text_in_it(world: World) -> None:
    await resolved_with_one_event(world)

    answer = await world.command(world.ben, "/resolve Somebody else fixed it.")

    shown = "<!date^1694359800^{date_short_pretty} {time}|2023-09-10 15:30 UTC>"
    assert answer.startswith(f"INC-1 was already resolved {shown}")
    assert "Somebody else fixed it." in answer
    assert len(world.workspace.canvases) == 1


async def test_resolving_waits_for_nothing(world: World) -> None:
    await world.open_here()
    for method in ("canvases.create", "chat.postMessage", "chat.update"):
        world.workspace.slow(method, 2.0)

    answer = await world.workspace.command(world.ana.id, world.channel.id, "/resolve", "")

    assert answer.acknowledged
    assert not world.workspace.canvases
    await world.settled()
    assert len(world.workspace.canvases) == 1


async def test_an_incident_without_any_event_yields_a_draft(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/resolve")

    assert "## Timeline" in world.canvas()
    assert "● Incident declared" in world.canvas()


async def test_the_summary_says_resolved_and_links_the_draft(world: World) -> None:
    await resolved_with_one_event(world)

    summary = world.messages_of_scribe()[0]
    (canvas_id,) = world.workspace.canvases
    assert summary.text == "INC-1: Deployment disruption (resolved)"
    assert f"/docs/{world.workspace.team_id}/{canvas_id}" in str(summary.blocks)
    assert sum(1 for m in world.messages_of_scribe() if m.text.startswith("INC-1: ")) == 1


async def test_a_draft_of_an_open_incident_says_so(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/postmortem draft")

    assert world.canvas().startswith("since 2023-09-10 14:20 UTC · open")
