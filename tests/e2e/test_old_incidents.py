"""Incidents of another tool in Slack: found by whom they may be seen, worked with, and telling nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.imports.tools.importing import Asked, home_of, import_from
from bot.postmortem.finding import index
from storage.audit import By
from storage.vocabulary import Door, Origin
from tests.e2e.conftest import World
from tests.until import until

SAVED = Path(__file__).parents[1] / "data" / "other_tools"
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


async def bring(world: World, origin: Origin, *, is_public: bool = True, root: Path | None = None) -> None:
    database = world.running.scribe.database
    home = await home_of(database, None)
    asked = Asked(origin, root or SAVED / origin.value, is_dry=False, is_public=is_public)
    await import_from(database, home, asked, (), By("tester", Door.TERMINAL), NOW, index=index)
    await world.settled()


async def test_it_is_found_by_words_and_by_likeness_and_shown_with_its_people_as_names(world: World) -> None:
    await bring(world, Origin.OPSGENIE)
    await bring(world, Origin.MARKDOWN)

    found = await world.command(world.ana, '/postmortem search "connection pool"')
    timeline = await world.command(world.ben, "/timeline INC-1")

    assert "*INC-1* Checkout answers 5xx &amp; times out" in found
    assert "*INC-4* Checkout was down" in found
    assert "where it is #23: <https://acme.app.opsgenie.com/incident/detail/" in timeline
    assert "Rolled back checkout to 4.2.1 &lt;@U0BEN&gt; `now` — Ana Lopez" in timeline
    assert "More than 5% of payments fail &lt;!channel&gt; — Opsgenie" in timeline
    assert "U0IMPORTED" not in timeline

    await world.open_here("Checkout is down: pool")
    similar = await world.command(world.ana, "/incident similar")
    assert "*INC-1* Checkout answers 5xx" in similar


async def test_what_is_private_is_shown_to_nobody_in_slack(world: World) -> None:
    await bring(world, Origin.PAGERDUTY, is_public=False)

    assert "Nothing was found" in await world.command(world.ana, "/postmortem search checkout")
    assert "shown to its members alone" in await world.command(world.ana, "/incident show INC-1")
    assert "INC-1" not in await world.command(world.ana, "/incident list")


async def test_slack_is_told_nothing_and_old_incidents_do_not_stand_first(
    world: World, tmp_path: Path
) -> None:
    await world.open_here("Checkout is slow")
    await world.command(world.ana, "/resolve ok")
    said = len(world.workspace.calls("chat.postMessage"))
    (tmp_path / "2020-02-03-search.md").write_text("# Search was slow\n\nShards were uneven.")
    await bring(world, Origin.MARKDOWN, root=tmp_path)

    assert len(world.workspace.calls("chat.postMessage")) == said
    listed = await world.command(world.ana, "/incident list")
    assert listed.index("Checkout is slow") < listed.index("Search was slow")


async def test_forms_name_nobody_whom_slack_does_not_know_and_keep_them(world: World) -> None:
    await bring(world, Origin.MARKDOWN)
    listed = await world.command(world.ana, "/incident task INC-1")
    assert "Write a runbook · Ben Okafor" in " ".join(listed.split())
    assert "U0IMPORTED" not in listed

    await world.command(world.ana, "/incident task INC-1 edit 4")
    await until(lambda: world.workspace.open_views(world.ana.id))
    form = world.workspace.open_views(world.ana.id)[-1]
    assert "U0IMPORTED" not in str(form.blocks)
    await world.workspace.submit_view(world.ana.id, form.id, {"text": {"value": "Write two runbooks"}})
    await world.settled()

    listed = await world.command(world.ana, "/incident task INC-1")
    assert "Write two runbooks · Ben Okafor" in " ".join(listed.split())


async def test_a_form_of_roles_keeps_whom_another_tool_named(world: World) -> None:
    await bring(world, Origin.INCIDENT_IO)

    await world.command(world.ana, "/incident role INC-1")
    shown = await world.command(world.ana, "/incident catchup INC-1")

    assert "commander: Ana Lopez" in shown


async def test_a_draft_has_no_place_until_the_incident_is_opened_again(world: World) -> None:
    await bring(world, Origin.OPSGENIE)

    refused = await world.command(world.ana, "/postmortem draft INC-1")
    assert refused == await world.command(world.ana, "/postmortem reopen INC-1")
    assert "imported from another tool and has no channel where a draft could appear" in refused
    shown = await world.command(world.ana, "/incident show INC-1")
    assert "by Opsgenie" in shown
    assert "None" not in shown
    assert "already resolved" in await world.command(world.ana, "/resolve INC-1 again")

    assert "has its channel" in await world.command(world.ana, "/incident reopen INC-1")
