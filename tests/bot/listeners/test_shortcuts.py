"""Shortcuts as Slack sends them, by a message's menu; no Slack answers here, so that no form ever opens."""

from __future__ import annotations

from typing import Any

import pytest

from bot.incidents.action_items import ActionItemDetails
from bot.incidents.source_message import SourceMessage
from bot.slack.blocks.action_item_form import Origin as ItemOrigin
from bot.slack.blocks.action_item_form import action_item_form, holding
from bot.slack.blocks.declare_form import Choices, declare_form
from bot.slack.blocks.declare_form import Origin as DeclareOrigin
from bot.slack.blocks.message_form import Held, Offered, Origin, section_form, timeline_form
from storage.postmortem_tables import ActionItem
from storage.tables import Incident, Intent, Mark, Message, TimelineEvent
from storage.vocabulary import EventKind, IntentName, MarkSection
from tests.bot.listeners.conftest import ANA, CHANNEL, URL, Doors
from tests.until import until

TS = "1694354500.000100"
SOURCE = SourceMessage(CHANNEL, "ops", TS)
FOREIGN = SourceMessage("C0ALERTS", "alerts", TS, is_followed=True)
SAID = {"ts": TS, "user": "U0BEN", "text": "Rolled back &lt;now&gt;"}
EMOJI = {section: str(section) for section in MarkSection}


async def told(doors: Doors, words: str) -> None:
    """Their person is told this, at the shortcut's own address."""

    async def is_told() -> bool:
        found = [one for one in await doors.rows(Intent) if one.kind == IntentName.REPLY]
        return any(words in str(one.subject["text"]) for one in found)

    await until(is_told)


@pytest.mark.parametrize(
    ("entry", "instead"),
    [
        ("add_to_timeline", "`/timeline add 14:05 Rolled back`"),
        ("add_action_item", "`/incident task add @ana by friday: Add an index`"),
        ("put_into_section", "Put the emoji of the section on the message"),
        ("declare_from_message", "`/incident start Checkout is down since 14:00`"),
    ],
)
async def test_an_entry_is_acknowledged_and_says_what_to_do_where_slack_opens_no_form(
    doors: Doors, entry: str, instead: str
) -> None:
    answered = await doors.message_shortcut(entry, SAID)

    assert (answered.status, answered.body) == (200, {})
    await told(doors, instead)


@pytest.mark.parametrize(
    "message",
    [
        {"ts": TS, "user": "U0BOT", "text": "INC-1 is open"},
        {"ts": TS, "bot_id": "B0BOT", "subtype": "bot_message", "text": "INC-1 is open"},
    ],
)
async def test_what_scribe_said_is_no_evidence(doors: Doors, message: dict[str, Any]) -> None:
    await doors.message_shortcut("add_to_timeline", message)

    await told(doors, "I said that myself")


async def test_the_forms_put_it_on_the_record_as_it_stands(doors: Doors) -> None:
    held = Held("Rolled back &lt;now&gt;", "2023-09-10 14:01", EventKind.MESSAGE)
    item = ActionItemDetails(text="Rolled back &lt;now&gt;")
    origin = ItemOrigin(CHANNEL, URL, incident=1, source=SOURCE)

    for view, values in (
        (timeline_form(1, [], Origin(SOURCE, URL), held), FIELDS),
        (
            section_form(1, [], Origin(SOURCE, URL), EMOJI),
            {"section": {"selected_option": {"value": "lesson"}}},
        ),
        (action_item_form(holding(origin, item), item), {"text": {"value": "Rolled back <now>"}}),
    ):
        answered = await doors.submit(view, values)
        assert (answered.status, answered.body) == (200, {})

    (message,) = await doors.rows(Message)
    (event,) = await doors.rows(TimelineEvent)
    marks = {mark.section: (mark.user_id, mark.is_set) for mark in await doors.rows(Mark)}
    (made,) = await doors.rows(ActionItem)
    assert (message.ts, message.is_known) == (TS, False)  # it is read from Slack, and not believed
    assert (event.message_ts, event.text, event.is_explicit) == (TS, None, True)
    assert marks == {MarkSection.LESSON: (ANA, True), MarkSection.ACTION_ITEM: (ANA, True)}
    assert (made.message_ts, made.text) == (TS, None)
    kinds = [one.kind for one in await doors.rows(Intent)]
    assert IntentName.FETCH_MESSAGE in kinds


LESSON: dict[str, dict[str, Any]] = {"section": {"selected_option": {"value": "lesson"}}}
FIELDS: dict[str, dict[str, Any]] = {
    "text": {"value": "Rolled back <now>"},
    "time": {"value": "2023-09-10 14:01"},
    "kind": {"selected_option": {"value": "message"}},
}


async def test_a_copy_of_a_form_does_nothing_more(doors: Doors) -> None:
    view = {**timeline_form(1, [], Origin(SOURCE, URL), Held("x", "", EventKind.MESSAGE)), "id": "V0SAME"}

    for _ in range(2):
        answered = await doors.submit(view, {"kind": {"selected_option": {"value": "message"}}})
        assert answered.body == {}

    assert len(await doors.rows(TimelineEvent)) == 1


async def test_which_incident_must_be_said_and_must_be_one(doors: Doors) -> None:
    offered = [Offered(1, "Checkout is down")]
    for view in (
        timeline_form(None, offered, Origin(FOREIGN, URL), Held("x", "", EventKind.MESSAGE)),
        section_form(None, offered, Origin(FOREIGN, URL), EMOJI),
    ):
        none = await doors.submit(view, LESSON)
        assert set(none.body["errors"]) == {"incident"}
        wrong = await doors.submit(view, {**LESSON, "incident": {"value": "9"}})
        assert "There is no INC-9" in str(wrong.body["errors"])
    assert await doors.rows(TimelineEvent) == []


async def test_an_incident_that_begins_with_a_message_links_both_channels(doors: Doors) -> None:
    origin = DeclareOrigin("C0ALERTS", "alerts", URL, FOREIGN)

    await doors.submit(
        declare_form(origin, Choices({"sev1": None})),
        {"title": {"value": "Payments fail"}, "place": {"selected_option": {"value": "new"}}},
    )

    _, declared = await doors.rows(Incident)
    (event,) = await doors.rows(TimelineEvent)
    # Slack does not say here that the channel is still public, so that the record links to the message
    assert (event.incident_id, event.message_ts) == (declared.pk, None)
    assert f"archives/C0ALERTS/p{TS.replace('.', '')}" in str(event.text)
    about = {one.kind: one.subject for one in await doors.rows(Intent)}
    assert about[IntentName.LINK_SOURCE]["source_id"] == "C0ALERTS"
    assert about[IntentName.NOTE_IN_SOURCE]["ts"] == TS
