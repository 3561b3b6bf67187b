"""Who sees what: every cell of the table in docs/privacy.md, tried with a public and a private incident."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import SQLModel

import bot.slack.blocks
from bot.app import start
from bot.incidents.actions.declare import Declare, OpenAndImport
from bot.incidents.source_message import SourceMessage
from bot.incidents.views.timeline import Rows
from bot.incidents.vocabulary import MilestoneKind
from bot.listeners.commands import action_item, incident, postmortem, timeline
from bot.slack.blocks import action_item_form as action_item_form
from bot.slack.blocks import (
    declare_form,
    event_form,
    gap_form,
    message_form,
    milestone_form,
    public_form,
    resolve_form,
    review_meeting,
    roles_form,
    severity_form,
    stage,
    title_form,
    update_form,
)
from bot.slack.blocks.action_item_list import ItemRef
from bot.slack.blocks.carried import packed
from bot.slack.blocks.checkpoint import Version
from bot.slack.blocks.commander import Leader
from bot.slack.blocks.deploys import DeployRefs
from bot.slack.blocks.editor_notes import NoteRef
from bot.slack.blocks.event_form import Held
from bot.slack.blocks.gap_form import Asked, Field
from bot.slack.blocks.home import search_form
from bot.slack.blocks.mention import MentionWords
from bot.slack.blocks.pages import PageRef
from bot.slack.blocks.paging import Page
from bot.slack.blocks.resolve_form import Held as Filled
from bot.slack.blocks.review import Requested
from bot.slack.blocks.suggestion import Offer
from bot.slack.blocks.summary import Chosen, MenuChoice
from bot.slack.blocks.timeline_page import Do, RowChoice
from bot.slack.blocks.unmarked import MessageRef
from sandbox import interactions, views
from sandbox.records import Channel, Ephemeral, Person
from sandbox.status_pages.statuspage import StatuspageServer
from storage import incidents
from storage.vocabulary import EventKind
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, settings_for, words
from tests.quiet import Sandbox
from tests.status_pages import KINDS as PAGES
from tests.until import until

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
KINDS = "button|form|shortcut|tab|mention|direct"
ROW = re.compile(rf"^\| (?:(?P<kind>{KINDS}) )?`(?P<what>[^`]+)` \| (?P<cells>.+) \|$", re.MULTILINE)
WHO = ("member", "other_member", "guest", "other_guest", "outsider", "app")
"""The table's columns."""
REFUSALS = ("shown to its members alone", "keeps the record of another workspace", "I answer people")
WORDS = {"public": "zebra", "private": "okapi"}
THEIRS = "T0CONNECTED"
OF_OPEN_ONES = ("set_stage", "post_update", "resolve_incident")
"""Forms that an incident takes while it is open."""
NOT_THE_RECORD = frozenset(
    {
        "absence",
        "arrival",
        "delivery",
        "home_shown",
        "intent",
        "person",
        "search_entry",
        "search_stale",
        "workspace",
    }
)
"""Tables of what was delivered, shown, asked of Slack, and found again: not of what people recorded."""


@dataclass(frozen=True)
class Row:
    """Words as they are said, or the name of a button, form or tab; and what each of `WHO` may."""

    kind: str
    what: str
    cells: Mapping[str, str]


def rows() -> Iterator[Row]:
    for found in ROW.finditer(PAGE.read_text("utf-8")):
        cells = [cell.strip() for cell in found["cells"].split("|")]
        yield Row(found["kind"] or "command", found["what"], dict(zip(WHO, cells, strict=True)))


ROWS = list(rows())


@dataclass
class House:
    """A workspace with an incident in a public channel and one in a private channel, and everybody."""

    world: World
    elsewhere: Channel
    people: Mapping[str, Person]
    channels: Mapping[str, Channel]
    numbers: Mapping[str, int]
    ids: Mapping[str, int]
    said: Mapping[str, str]
    """A message of each incident that nobody marked, and one of the quiet channel."""
    quiet: Channel
    """Where nobody ever declares an incident."""

    def place_of(self, who: str, kind: str) -> Channel:
        """Where somebody asks: members and guests where it proves nothing."""
        return self.channels[kind] if who in ("outsider", "app") else self.elsewhere

    async def record(self, row: Row) -> str:
        """Everything that people have recorded; a mention is itself a message of its channel."""
        besides = {*NOT_THE_RECORD, *({"message"} if row.kind == "mention" else ())}
        async with self.world.running.scribe.database.read() as session:
            connection = await session.connection()
            tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in besides]
            found = [(table.name, (await connection.execute(table.select())).all()) for table in tables]
            return "\n".join(f"{name} {rows}" for name, rows in found)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for all cells: what is refused changes nothing, and what is done once may be done again."""
    url = f"sqlite:///{tmp_path_factory.mktemp('privacy') / 'scribe.db'}"
    async with (
        Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox,
        StatuspageServer() as page,
    ):
        workspace = sandbox.workspace
        ana = workspace.add_person("ana")
        people = {
            "member": ana,
            "other_member": workspace.add_person("ben"),
            "guest": workspace.add_person("gil", is_restricted=True),
            "other_guest": workspace.add_person("hugo", is_ultra_restricted=True),
            "outsider": workspace.add_person("carla", team_id=THEIRS),
            "app": workspace.add_person("robot", is_bot=True),
        }
        inside = [people[who].id for who in ("member", "guest", "outsider", "app")]
        bot_id = workspace.bot_user_id
        channels = {
            "public": workspace.add_channel("zebra-release", members=[*inside, bot_id]),
            "private": workspace.add_channel("okapi-secret", is_private=True, members=[*inside, bot_id]),
        }
        here = [people[who].id for who in ("member", "other_member", "guest", "other_guest")]
        elsewhere = workspace.add_channel("everybody", members=[*here, bot_id])
        pages = PAGES["statuspage"].settings(page)
        running = await start(settings_for(sandbox, url, **pages))
        await sandbox.wait_connected()
        world = World(sandbox, running, ana, people["other_member"], channels["public"])
        numbers, ids, heard = {}, {}, {}
        for number, (kind, channel) in enumerate(channels.items(), start=1):
            word = WORDS[kind]
            for said in (
                f"/incident start here The {word} is out",
                f"/timeline add 14:05 UTC Saw the {word}",
                f"/incident task add Catch the {word}",
            ):
                await world.command(ana, said, channel=channel.id)
            heard[kind] = workspace.say(ana.id, channel.id, f"Restarted the {word}")
            await world.command(ana, "/resolve", channel=channel.id)
            async with running.scribe.database.read() as session:
                found = await incidents.by_number(session, workspace.team_id, number)
            assert found is not None
            numbers[kind], ids[kind] = number, found.id or 0
        quiet = workspace.add_channel("quiet", members=[*here, bot_id])
        heard["quiet"] = workspace.say(ana.id, quiet.id, "Nothing of note")
        for channel in channels.values():
            workspace.share_channel(channel.id, THEIRS)
        await world.settled()
        try:
            yield House(world, elsewhere, people, channels, numbers, ids, heard, quiet)
        finally:
            await running.stop()


@pytest.mark.one_in(41)
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("kind", ["public", "private"])
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
async def test_who_sees_what(house: House, row: Row, who: str, kind: str) -> None:
    may = row.cells[who] == "yes" or (row.cells[who] == "public" and kind == "public")
    before = await house.record(row)

    shown = await TRIED[row.kind](house, row.what, who, kind, may)

    if is_chosen_from_all(row):
        assert (f"The {WORDS[kind]} is out" in shown) is may
        assert (house.channels[kind].id in shown) is (may and row.kind != "shortcut")
    else:
        assert any(refusal in shown for refusal in REFUSALS) is not may, shown
    if not may:
        assert WORDS[kind] not in shown.replace(f"for: {WORDS[kind]}", "").replace(f"“{WORDS[kind]}”", "")
        assert await house.record(row) == before


def is_chosen_from_all(row: Row) -> bool:
    """Whether it names no incident, and shows of all there are those that may be seen."""
    chosen = ("/incident list", "/postmortem search", "search_record")
    is_offering = row.kind == "shortcut" and not row.what.startswith("declare_")
    is_listing = row.kind == "direct" and row.what == "list"
    return row.kind == "tab" or is_offering or is_listing or row.what.startswith(chosen)


async def tried_command(house: House, what: str, who: str, kind: str, may: bool) -> str:
    said = what.replace("INC-1", f"INC-{house.numbers[kind]}").replace("WORD", WORDS[kind])
    name, _, text = said.partition(" ")
    person, place = house.people[who], house.place_of(who, kind)
    seen = len(house.world.workspace.ephemerals(person.id, place.id))
    answer = await house.world.workspace.command(person.id, place.id, name, text)
    assert answer.acknowledged
    await house.world.settled()
    later = house.world.workspace.ephemerals(person.id, place.id)[seen:]
    if may and " cancel " in what:  # what is cancelled is in no list, which other rows try
        await house.world.command(
            house.people["member"], f"/incident reopen INC-{house.numbers[kind]}", channel=place.id
        )
    return "\n".join([words(answer), *(texts_of(one) for one in later), *opened(house, person)])


async def tried_button(house: House, what: str, who: str, kind: str, may: bool) -> str:
    """Press it below a message that only its person has, as if it had been shown before."""
    person, place, workspace = house.people[who], house.place_of(who, kind), house.world.workspace
    ts = workspace.clock.next_ts()
    button = {
        "type": "button",
        "action_id": what,
        "text": {"type": "plain_text", "text": "Press"},
        "value": value_of(house, what, person, kind, place),
    }
    block = {"type": "actions", "block_id": "pressed", "elements": [button]}
    workspace.show_ephemeral(Ephemeral(ts, place.id, person.id, "Shown before", [block]))
    seen = {one.ts for one in workspace.ephemerals(person.id, place.id)}
    await workspace.click(person.id, channel_id=place.id, message_ts=ts, action_id=what)

    forms: list[str] = []

    def answered() -> str:
        forms.extend(opened(house, person))
        shown = [one for one in workspace.ephemerals(person.id, place.id) if one.ts not in seen]
        return "\n".join([*(texts_of(one) for one in shown), *forms])

    def is_refused() -> bool:
        shown = answered()
        return any(refusal in shown for refusal in REFUSALS)

    if not may:
        await until(is_refused)  # which follows later
    await house.world.settled()
    if may and what == "cancel_incident":  # as above
        await house.world.command(
            house.people["member"], f"/incident reopen INC-{house.numbers[kind]}", channel=house.elsewhere.id
        )
    return answered()


async def tried_shortcut(house: House, what: str, who: str, kind: str, may: bool) -> str:
    """Choose it in a channel that keeps no incident, so that it offers all that its person may see.

    People of other companies and apps have nothing but the incident's channel before them.
    """
    person, place, workspace = house.people[who], house.place_of(who, kind), house.world.workspace
    if place is house.elsewhere:
        place = house.quiet
    ts = house.said["quiet"] if place is house.quiet else house.said[kind]
    seen = {one.ts for one in workspace.ephemerals(person.id, place.id)}
    direct = len(workspace.calls("chat.postMessage"))
    if what == "declare_incident":
        assert await workspace.global_shortcut(person.id, what) is None
    else:
        assert await workspace.message_shortcut(person.id, place.id, ts, what) is None
    found: list[str] = []

    def answered() -> str:
        found.extend(opened(house, person))
        shown = [one for one in workspace.ephemerals(person.id, place.id) if one.ts not in seen]
        told = [str(call) for call in workspace.calls("chat.postMessage")[direct:]]
        return "\n".join([*found, *(texts_of(one) for one in shown), *told])

    await until(lambda: bool(answered()))
    await house.world.settled()
    return answered()


async def tried_form(house: House, what: str, who: str, kind: str, may: bool) -> str:
    """Send it, as if it had been opened before."""
    person, place, workspace = house.people[who], house.place_of(who, kind), house.world.workspace
    # of the incident's own channel, so that a section may hold it
    source = SourceMessage(house.channels[kind].id, house.channels[kind].name, house.said[kind])
    url = interactions.new_response_url(workspace, place.id, person.id, kind="app")
    forms = {
        "add_task": (
            action_item_form.action_item_form(
                action_item_form.Origin(place.id, "", incident=house.numbers[kind])
            ),
            {"text": {"value": "Write it down"}},
        ),
        "state_milestones": (
            milestone_form.milestone_form(milestone_form.Origin(place.id, "", incident=house.numbers[kind])),
            {"detected": {"value": "14:06 UTC"}},
        ),
        "answer_gap": (
            gap_form.gap_form(house.numbers[kind], gap_form.Origin(place.id, "", Asked.SEVERITY), ["sev1"]),
            {"value": {"value": "sev1"}},
        ),
        "plan_meeting": (
            review_meeting.meeting_form(
                house.numbers[kind], review_meeting.Origin(place.id, ""), review_meeting.Proposed()
            ),
            {"day": {"value": "2023-09-13"}, "at": {"value": "14:00"}},
        ),
        "resolve_incident": (
            resolve_form.resolve_form(house.numbers[kind], resolve_form.Origin(place.id, ""), Filled()),
            {"conclusion": {"value": "It was nothing"}},
        ),
        "edit_event": (
            event_form.event_form(house.numbers[kind], event_form.Origin(place.id, "", 1), Held()),
            {"text": {"value": f"Saw the {WORDS[kind]} again"}},
        ),
        "set_stage": (
            stage.stage_form(stage.Origin(place.id, ""), house.numbers[kind], ["identified", "monitoring"]),
            {"stage": {"value": "monitoring"}},
        ),
        "post_publicly": (
            public_form.public_form(
                house.numbers[kind],
                public_form.PublicOrigin(place.id, "", ("statuspage",), seen=10**6),
                public_form.PublicWords(is_private=True),
                [public_form.Page("statuspage", "Statuspage")],
            ),
            {
                "name": {"value": "Slow"},
                "text": {"value": "It is slow"},
                "private": {"value": ["yes"]},
            },
        ),
        "search_record": (search_form(), {"words": {"value": WORDS[kind]}}),
        "post_update": (
            update_form.update_form(update_form.Origin(place.id, ""), house.numbers[kind], None),
            {"known": {"value": "It is slow"}},
        ),
        "take_message": (
            message_form.timeline_form(
                house.numbers[kind],
                [],
                message_form.Origin(source, url),
                message_form.Held("Nothing of note", "", EventKind.MESSAGE),
            ),
            {},
        ),
        "choose_section": (
            message_form.section_form(
                house.numbers[kind],
                [],
                message_form.Origin(source, url),
                house.world.running.scribe.settings.emoji_names,
            ),
            {},
        ),
        "declare_incident": (
            declare_form.declare_form(
                declare_form.Origin(place.id, place.name, url, is_asked=True),
                declare_form.Choices({"sev1": None}),
            ),
            {"title": {"value": "Something else"}},
        ),
    }
    number = house.numbers[kind]
    forms |= {
        "set_severity": (
            severity_form.severity_form(number, severity_form.Origin(place.id, ""), [("sev1", None)]),
            {"severity": {"value": "sev1"}},
        ),
        "give_roles": (
            roles_form.roles_form(number, roles_form.Origin(place.id, ""), ["scribe"]),
            {"scribe": {"value": [house.people["member"].id]}},
        ),
        "title_and_zone": (
            title_form.title_form(number, place.id, "", f"The {WORDS[kind]} is out", "UTC"),
            {"title": {"value": f"The {WORDS[kind]} is out"}, "zone": {"value": "Europe/Rome"}},
        ),
    }
    definition, filled = forms[what]
    if what == "declare_incident":  # nobody declares more than five a minute
        workspace.clock.set(workspace.clock.now() + timedelta(minutes=1))
    if may and what in OF_OPEN_ONES:
        await house.world.command(
            house.people["member"], f"/incident reopen INC-{house.numbers[kind]}", channel=house.elsewhere.id
        )
    view = views.open_modal(workspace, person.id, definition)
    answer = await workspace.submit_view(person.id, view.id, filled)
    await house.world.settled()
    assert answer.error is None
    workspace.modals.pop(person.id, None)
    if what == "search_record":  # which shows what it found, below its field
        return f"{view.blocks[1:]}"
    assert answer.closed is may, answer.errors
    return "\n".join(answer.errors.values())


async def tried_tab(house: House, what: str, who: str, kind: str, may: bool) -> str:
    """Open it."""
    return f"{(await house.world.home(house.people[who])).blocks}"


async def tried_words(house: House, what: str, who: str, kind: str, may: bool) -> str:
    """Say it to Scribe, by its name in a channel."""
    workspace, person, place = house.world.workspace, house.people[who], house.place_of(who, kind)
    said = what.replace("INC-1", f"INC-{house.numbers[kind]}")
    seen = len(workspace.ephemerals(person.id, place.id))
    workspace.say(person.id, place.id, f"<@{workspace.bot_user_id}> {said}")
    await house.world.settled()
    return "\n".join(texts_of(one) for one in workspace.ephemerals(person.id, place.id)[seen:])


async def tried_direct(house: House, what: str, who: str, kind: str, may: bool) -> str:
    """Say it to Scribe alone."""
    workspace, person = house.world.workspace, house.people[who]
    channel = workspace.open_home(person.id, "messages")
    seen = len(workspace.messages(channel.id))
    workspace.say(person.id, channel.id, what.replace("INC-1", f"INC-{house.numbers[kind]}"))
    await house.world.settled()
    return "\n".join(f"{one.text}\n{one.blocks}" for one in workspace.messages(channel.id)[seen + 1 :])


TRIED = {
    "command": tried_command,
    "button": tried_button,
    "form": tried_form,
    "shortcut": tried_shortcut,
    "tab": tried_tab,
    "mention": tried_words,
    "direct": tried_direct,
}


def value_of(house: House, what: str, person: Person, kind: str, place: Channel) -> str:
    """What the button of such a message carries."""
    incident_id, number = house.ids[kind], house.numbers[kind]
    if what.startswith("suggestion_"):
        at = datetime(2023, 9, 10, 14, 8, tzinfo=UTC)
        return packed(number, Offer(MilestoneKind.MITIGATED, at, f"mitigated:{incident_id}"))
    if what.startswith("task_page_"):
        return packed(number, Page(1))
    if what.startswith(("timeline_page_", "timeline_filter")):
        return packed(number, Rows(1))
    if what == "timeline_row":
        return packed(number, RowChoice(9, Do.REMOVE, 1, None, is_removed=False))
    if what in ("postmortem_publish", "postmortem_publish_out"):
        return packed(number, Version(1))
    if what in ("page_overwrite", "page_leave"):
        return packed(number, PageRef(1, "v"))
    if what == "gap_form":
        return packed(number, Field(Asked.REVIEWERS))
    if what.startswith("task_"):
        return packed(number, ItemRef(1))
    if what == "import_here":  # asked where it is pressed; whose it is decides, and no incident
        return packed(None, OpenAndImport(place.id, place.name, TEN_PAST_TWO, person.id, ""))
    if what == "declare_anyway":
        return packed(
            None, Declare("Something else", place.name, is_another=True, asked=f"{person.id}{kind}")
        )
    if what == "mention_form":
        return packed(number, MentionWords("/incident", "task edit 1"))
    if what == "mention_which_1":
        return packed(number, MentionWords("/incident", "severity sev2"))
    values = {
        "incident_menu": packed(number, Chosen(MenuChoice.PRIVACY)),
        "cancel_meeting": packed(number, review_meeting.MeetingRef(0)),
        "take_over_command": packed(number, Leader(person.id)),
        "postmortem_reviewed": packed(number, Requested(person.id)),
        "editor_note_dismiss": packed(number, NoteRef("some-note")),
        "deploy_add": packed(number, DeployRefs((1,))),
        "deploy_add_all": packed(number, DeployRefs((1, 2), told=(1, 2))),
        "deploy_dismiss": packed(number, DeployRefs((1,), is_suggested=True)),
        "unmarked_add": packed(number, MessageRef(house.said[kind], is_list=True)),
        "unmarked_dismiss": packed(number, MessageRef(house.said[kind], is_list=True)),
    }
    return values.get(what, packed(number))


def opened(house: House, person: Person) -> list[str]:
    """The forms before a person, which are then closed."""
    stack = house.world.workspace.modals.pop(person.id, [])
    return [f"{view.title}\n{view.payload}" for view in stack]


def texts_of(shown: Ephemeral) -> str:
    return f"{shown.text}\n{shown.blocks}"


def test_the_page_has_a_row_for_every_door() -> None:
    said = [row.what for row in ROWS if row.kind == "command"]
    for name, known in (
        ("incident", incident.VERBS),
        ("postmortem", postmortem.VERBS),
        ("timeline", timeline.VERBS),
        ("incident task", action_item.VERBS),
    ):
        for verb in known.values():
            words = [word for word, other in known.items() if other is verb and word]  # of one door
            patterns = [re.compile(rf"/{name}\b.*\b{word}\b") for word in words] or [re.compile(f"/{name}")]
            is_there = any(pattern.match(one) for one in said for pattern in patterns)
            assert is_there or {"list", "show"} & {*words}, (name, words)
    buttons = [row.what for row in ROWS if row.kind == "button"]
    forms = [row.what for row in ROWS if row.kind == "form"]
    for module in pkgutil.iter_modules(bot.slack.blocks.__path__, "bot.slack.blocks."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if name.endswith("ACTION"):
                assert any(one.startswith(value) for one in buttons), value
            if name == "FORM":
                assert value in forms


@pytest.mark.parametrize("who", WHO)
def test_every_cell_says_yes_public_or_no(who: str) -> None:
    assert len(ROWS) > 50
    assert {row.cells[who] for row in ROWS} <= {"yes", "public", "no"}
