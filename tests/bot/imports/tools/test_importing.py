"""Incidents of other tools become records: once, with their parts, seen by whom they may be seen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, col, func, select

from bot.imports.errors import CannotImport
from bot.imports.tools.importing import Asked, home_of, import_from
from bot.imports.tools.safe_links import with_safe_links
from bot.imports.tools.telling import told
from bot.postmortem.export import export
from bot.postmortem.finding import find, index
from bot.settings import OfflineSettings
from storage import action_items, incidents, people, postmortems, search, timeline
from storage.audit import By
from storage.columns import table_of
from storage.database import Database
from storage.import_tables import ImportedIncident
from storage.postmortem_tables import ActionItem, Postmortem, Reminder
from storage.search import Seen
from storage.tables import Incident, Intent, Milestone, Person, RoleHeld, TimelineEvent, Workspace
from storage.vocabulary import (
    ActionItemState,
    Basis,
    Door,
    EventSource,
    IncidentStatus,
    MilestoneKind,
    Origin,
    PostmortemState,
)
from tests.bot.imports.tools.conftest import HOME, NOW, SAVED, bring

Copied = Callable[[Origin], Path]
pytestmark = pytest.mark.on_each_database


async def count(database: Database, table: type[SQLModel]) -> int:
    async with database.read() as session:
        return (await session.exec(select(func.count()).select_from(table_of(table)))).one()


async def of(database: Database, original_id: str) -> Incident:
    async with database.read() as session:
        found = await session.exec(
            select(Incident)
            .join(ImportedIncident, col(ImportedIncident.incident_id) == col(Incident.id))
            .where(ImportedIncident.original_id == original_id)
        )
        return found.one()


async def found_by(database: Database, words: str, seen: Seen) -> list[str]:
    hits = await find(
        database,
        HOME.team_id,
        NOW,
        lambda session: search.search(session, HOME.team_id, words, seen=seen, limit=9),
    )
    return [hit.incident.title for hit in hits]


CHECKOUT = "70413a06-38d6-4c85-92b8-5ebc900d42e2"


async def test_a_dry_run_stores_nothing_and_says_what_would_be(database: Database) -> None:
    outcome = await bring(database, Origin.OPSGENIE, is_dry=True)

    assert (outcome.new, outcome.entries, outcome.follow_ups, outcome.texts) == (3, 12, 1, 1)
    for table in (Incident, TimelineEvent, Person, ImportedIncident):
        assert await count(database, table) == 0
    text = told(outcome, Asked(Origin.OPSGENIE, Path("saved"), True), "scribe import-from opsgenie saved")
    assert "Nothing was stored. To store it: scribe import-from opsgenie saved --yes" in text
    assert "#23    new   2026-10-06 21:30  Checkout answers 5xx & times out" in text


async def test_an_incident_is_on_the_record_as_its_tool_has_it(database: Database, tmp_path: Path) -> None:
    await bring(database, Origin.OPSGENIE)

    one = await of(database, CHECKOUT)
    assert (one.title, one.severity) == ("Checkout answers 5xx &amp; times out", "P1")
    assert (one.status, one.channel_id, one.is_private, one.imported_at) == (
        IncidentStatus.RESOLVED,
        None,
        False,
        NOW,
    )
    async with database.read() as session:
        stated = await incidents.milestones(session, one.pk)
        lines = await timeline.standing(session, one.pk)
        items = await action_items.standing(session, one)
        postmortem = await postmortems.of_incident(session, one.pk)
        names = await people.find(
            session, HOME.team_id, {line.event.author_id for line in lines if line.event.author_id}
        )
    assert {kind: milestone.basis for kind, milestone in stated.items()} == {
        MilestoneKind.IMPACT_STARTED: Basis.STATED,
        MilestoneKind.RESOLVED: Basis.STATED,
    }
    assert [(line.event.number, names[line.event.author_id or ""].name) for line in lines] == [
        (1, "Opsgenie"),
        (2, "Opsgenie"),
        (3, "Ana Lopez"),
        (4, "Ana Lopez"),
        (5, "ben@example.com"),
        (6, "Ben Okafor"),
    ]
    assert {line.event.source for line in lines} == {EventSource.IMPORT}
    assert [line.event.text for line in lines][1] == "More than 5% of payments fail &lt;!channel&gt;"
    assert [(item.text, item.item.state) for item in items] == [("Bound the pool", ActionItemState.DONE)]
    assert postmortem is not None
    assert (postmortem.state, postmortem.due_at) == (PostmortemState.PUBLISHED, None)

    written = await export(
        database, one.number, tmp_path, OfflineSettings(_env_file=None), formats=["md", "html"]
    )
    text = written.postmortem.read_text()
    assert "## As Opsgenie has it" in text
    assert "where it is #23" in text
    assert "inferred" not in text.split("**Resolved:**")[1].split("\n")[0]
    assert "connection pool ran dry" in written.files["html"].read_text()


async def test_importing_again_doubles_nothing_and_brings_what_is_new(
    database: Database, saved: Copied
) -> None:
    root = saved(Origin.OPSGENIE)
    await bring(database, Origin.OPSGENIE, root)
    tables = (Incident, TimelineEvent, ActionItem, Milestone, Person, Postmortem)
    before = [await count(database, table) for table in tables]

    again = await bring(database, Origin.OPSGENIE, root)

    assert (again.new, again.extended, again.same) == (0, 0, 3)
    assert [await count(database, table) for table in tables] == before
    notes = root / "notes" / f"{CHECKOUT}.json"
    said = json.loads(notes.read_text())
    said["data"].append({"note": "One more", "owner": "ana@example.com", "createdAt": "2026-10-06T22:00:00Z"})
    notes.write_text(json.dumps(said))

    more = await bring(database, Origin.OPSGENIE, root)

    assert (more.new, more.extended, more.same, more.entries) == (0, 1, 2, 1)
    one = await of(database, CHECKOUT)
    async with database.read() as session:
        lines = await timeline.standing(session, one.pk)
    assert [(line.event.number, line.event.text) for line in lines][-1] == (7, "One more")


async def test_what_people_changed_here_stays(database: Database) -> None:
    await bring(database, Origin.INCIDENT_IO)
    one = await of(database, "01FDAG4SAP5TYPT98WGR2N7W91")
    async with database.write() as session:
        line = (await timeline.standing(session, one.pk))[0]
        await timeline.revise(session, line.event, "removed_at", NOW, by="U0ANA", at=NOW)
        postmortem = await postmortems.to_change(session, one.pk)
        assert postmortem is not None
        postmortem.final_markdown, postmortem.published_by = "ours now", "U0ANA"
        one.title, one.severity = "Our title", "sev1"
        session.add_all([one, postmortem])

    outcome = await bring(database, Origin.INCIDENT_IO)

    assert (outcome.extended, outcome.same) == (0, 3)
    again = await of(database, "01FDAG4SAP5TYPT98WGR2N7W91")
    assert (again.title, again.severity) == ("Our title", "sev1")


async def test_an_end_a_follow_up_and_a_text_that_came_later_are_brought(
    database: Database, saved: Copied
) -> None:
    root = saved(Origin.INCIDENT_IO)
    page = root / "incidents" / "1.json"
    whole = json.loads(page.read_text())
    early: dict[str, Any] = json.loads(page.read_text())
    early["incidents"][0]["incident_status"] = {"name": "Fixing", "category": "live"}
    del early["incidents"][0]["incident_timestamp_values"][2]
    page.write_text(json.dumps(early))
    await bring(database, Origin.INCIDENT_IO, root)
    one = await of(database, "01FDAG4SAP5TYPT98WGR2N7W91")
    async with database.read() as session:
        assert (await incidents.milestones(session, one.pk))[MilestoneKind.RESOLVED].basis == Basis.INFERRED

    page.write_text(json.dumps(whole))
    items = root / "follow_ups" / "01FDAG4SAP5TYPT98WGR2N7W91.json"
    items.write_text(items.read_text().replace("outstanding", "completed"))
    text = root / "contents" / "01GDZEW57FDA1K4S63MGMQ5DS9.json"
    text.write_text(json.dumps({"markdown": "A better text"}))
    outcome = await bring(database, Origin.INCIDENT_IO, root)

    assert (outcome.new, outcome.extended, outcome.texts) == (0, 1, 1)
    async with database.read() as session:
        resolved = (await incidents.milestones(session, one.pk))[MilestoneKind.RESOLVED]
        done = await action_items.standing(session, one, state=ActionItemState.DONE)
        versions = await postmortems.publications(session, one.pk)
        postmortem = await postmortems.of_incident(session, one.pk)
    assert (resolved.basis, resolved.at) == (Basis.STATED, datetime(2026, 10, 7, 8, 50, tzinfo=UTC))
    assert len(done) == 2
    assert [version.version for version in versions] == [1, 2]
    assert postmortem is not None
    assert postmortem.final_markdown == "A better text"


async def test_private_stays_private_and_what_nobody_says_is_private_until_public_is_said(
    database: Database,
) -> None:
    await bring(database, Origin.INCIDENT_IO, is_public=True)
    assert (await of(database, "01FDAG4SAP5TYPT98WGR2N7W92")).is_private
    await bring(database, Origin.PAGERDUTY, is_public=False)
    assert (await of(database, "PT4KHLK")).is_private

    assert await found_by(database, "leaked", Seen()) == []
    assert await found_by(database, "acknowledged engineer", Seen()) == []
    outcome = await bring(database, Origin.PAGERDUTY, is_public=True)

    assert outcome.extended == 1
    assert await found_by(database, "acknowledged engineer", Seen()) == ["checkout 5xx"]
    await bring(database, Origin.PAGERDUTY, is_public=False)
    assert not (await of(database, "PT4KHLK")).is_private


async def test_the_words_of_a_post_mortem_are_found_at_once_also_by_likeness(database: Database) -> None:
    for origin in Origin:
        await bring(database, origin)

    assert set(await found_by(database, '"connection pool"', Seen())) == {
        "Checkout was down",
        "Elevated checkout errors",
        "Checkout errors",
        "Checkout answers 5xx &amp; times out",
    }
    async with database.read() as session:
        alike = await search.similar(
            session, HOME.team_id, ["checkout", "pool", "dry"], besides=None, seen=Seen(), limit=3
        )
    assert len(alike) == 3
    assert await found_by(database, "Nothing after all", Seen()) == []  # it was declined


async def test_nothing_is_asked_of_slack_and_nobody_is_reminded(database: Database) -> None:
    for origin in Origin:
        await bring(database, origin)

    assert await count(database, Intent) == 0
    assert await count(database, Reminder) == 0


async def test_two_imports_at_once_bring_everything_once(database: Database) -> None:
    done = await asyncio.gather(*(bring(database, Origin.OPSGENIE) for _ in range(3)))

    assert sum(one.new for one in done) == 3
    assert await count(database, Incident) == 3
    async with database.read() as session:
        numbers = await session.exec(select(Incident.number).order_by(col(Incident.number)))
    assert list(numbers) == [1, 2, 3]


async def test_people_are_names_unless_the_record_knows_them(database: Database) -> None:
    async with database.write() as session:
        await people.keep(session, Person(team_id="T0ACME", user_id="U0ANA", name="Ana", learned_at=NOW))
    await bring(database, Origin.INCIDENT_IO)

    one = await of(database, "01FDAG4SAP5TYPT98WGR2N7W91")
    async with database.read() as session:
        held = {
            role.role: role.user_id
            for role in await session.exec(select(RoleHeld).where(RoleHeld.incident_id == one.pk))
        }
        names = await people.find(session, "T0ACME", held.values())
    assert (one.declared_by, held["commander"]) == ("U0ANA", "U0ANA")
    assert names["U0ANA"].name == "Ana"
    assert held["communications"].startswith("U0IMPORTED")
    assert names[held["communications"]].name == "Ben Okafor"


async def test_people_of_a_users_json_are_known_by_their_address(database: Database, tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    users.write_text(
        json.dumps(
            [
                {
                    "id": "U0BEN",
                    "team_id": "T0ACME",
                    "profile": {"display_name": "Ben", "email": "Ben@example.com"},
                }
            ]
        )
    )
    asked = Asked(Origin.OPSGENIE, SAVED / "opsgenie", is_dry=False, is_public=True, users=users)
    await import_from(database, HOME, asked, (), By("tester", Door.TERMINAL), NOW, index=index)

    one = await of(database, CHECKOUT)
    async with database.read() as session:
        authors = {line.event.author_id for line in await timeline.standing(session, one.pk)}
    assert "U0BEN" in authors
    users.write_text("{}")
    with pytest.raises(CannotImport, match=r"lists nobody of this workspace with an e-mail address"):
        await import_from(database, HOME, asked, (), By("tester", Door.TERMINAL), NOW, index=index)


async def test_damaged_files_cost_themselves(database: Database, saved: Copied, tmp_path: Path) -> None:
    root = saved(Origin.OPSGENIE)
    (root / "incidents" / "1.json").write_text('{"data": [{"id": "x"')
    (root / "incidents" / "2.json").write_text('{"message": "Key is not valid", "took": 0.1}')
    (root / "incidents" / "3.json").write_text(
        '{"data": [{"id": 7}, {"createdAt": "2026-10-06T21:30:42Z"}, 3]}'
    )
    (root / "notes" / f"{CHECKOUT}.json").write_text("[" * 100_000)
    (root / "stray.json").write_text("{}")
    secret = tmp_path / "secret.json"
    secret.write_text(
        json.dumps({"data": [{"id": "s", "createdAt": "2026-10-06T21:30:42Z", "message": "s"}]})
    )
    (root / "alerts" / "link.json").symlink_to(secret)

    outcome = await bring(database, Origin.OPSGENIE, root)

    assert outcome.new == 3
    assert {(one.where, one.why) for one in outcome.skipped} == {
        ("incidents/1.json", "it is not valid JSON"),
        ("incidents/2.json", "it holds no list of incidents"),
        ("incidents/3.json", "an entry has no id or no time"),
        (f"notes/{CHECKOUT}.json", "it is not valid JSON"),
        ("stray.json", outcome.skipped[0].why),
    }
    assert "it is in no folder named alerts, incidents" in outcome.skipped[0].why


async def test_an_incident_that_stands_twice_counts_once(database: Database, saved: Copied) -> None:
    root = saved(Origin.PAGERDUTY)
    page = root / "incidents" / "0.json"
    (root / "incidents" / "1.json").write_text(page.read_text())

    outcome = await bring(database, Origin.PAGERDUTY, root)

    assert (outcome.new, [one.where for one in outcome.skipped]) == (1, ["#1234"])


async def test_a_folder_that_holds_nothing_says_what_is_missing(database: Database, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match=r"holds no answers: a folder named .*incidents.* is missing"):
        await bring(database, Origin.OPSGENIE, tmp_path)
    (tmp_path / "incidents").mkdir()
    (tmp_path / "incidents" / "0.json").write_text('{"data": []}')
    with pytest.raises(CannotImport, match=r"holds no incident that can be read"):
        await bring(database, Origin.OPSGENIE, tmp_path)


async def test_the_workspace_is_the_only_one_or_the_one_that_is_named(database: Database) -> None:
    assert (await home_of(database, None)).team_id == "T0ACME"
    beta = replace_workspace(HOME, "T0BETA", "https://beta.slack.com/")
    async with database.write() as session:
        await people.keep_workspace(session, beta)
    with pytest.raises(CannotImport, match=r"Say into which workspace, for example --workspace https://acme"):
        await home_of(database, None)
    assert (await home_of(database, "beta")).team_id == "T0BETA"
    assert (await home_of(database, "https://acme.slack.com/")).team_id == "T0ACME"


def replace_workspace(workspace: Workspace, team_id: str, url: str) -> Workspace:
    return Workspace(**{**workspace.model_dump(), "team_id": team_id, "url": url})


@pytest.mark.parametrize(
    ("markdown", "safe"),
    [
        ("[a](https://x.y/z)", "[a](https://x.y/z)"),
        ("[a](docs/x.md) [b](mailto:a@b.c) <https://x.y>", "[a](docs/x.md) [b](mailto:a@b.c) <https://x.y>"),
        ("[a](javascript:alert(1))", "[a]\\(javascript:alert(1))"),
        ("[a]( JaVaScript:x)", "[a]\\( JaVaScript:x)"),
        ("[a](java&#115;cript:x)", "[a]\\(java&#115;cript:x)"),
        ("[a](<data:text/html,x>)", "[a]\\(\\<data:text/html,x>)"),
        ("<javascript:x>", "\\<javascript:x>"),
        ("![](@U0BEN)", "![]\\(@U0BEN)"),
    ],
)
def test_links_lead_to_pages_alone(markdown: str, safe: str) -> None:
    assert with_safe_links(markdown) == safe
