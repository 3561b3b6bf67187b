"""Forms as Slack sends them: what was filled in is recorded before they close, or said below its field."""

from __future__ import annotations

from bot.slack.blocks.action_item_form import Origin as ItemOrigin
from bot.slack.blocks.action_item_form import action_item_form
from bot.slack.blocks.declare_form import Choices, declare_form
from bot.slack.blocks.declare_form import Origin as DeclareOrigin
from bot.slack.blocks.milestone_form import Origin as MilestoneOrigin
from bot.slack.blocks.milestone_form import milestone_form
from storage.postmortem_tables import ActionItem
from storage.tables import Incident, Intent, Milestone
from storage.vocabulary import IntentName
from tests.bot.listeners.conftest import ANA, CHANNEL, URL, Doors


async def replies(doors: Doors) -> list[str]:
    found = await doors.rows(Intent)
    return [str(one.subject["text"]) for one in found if one.kind == IntentName.REPLY]


async def test_a_form_declares_and_its_answer_follows(doors: Doors) -> None:
    view = declare_form(DeclareOrigin(CHANNEL, "ops", URL), Choices({"sev1": None}))

    answered = await doors.submit(
        view,
        {
            "title": {"value": "Billing & <cards>"},
            "severity": {"selected_option": {"value": "sev1"}},
            "place": {"selected_option": {"value": "private"}},
            "since": {"value": None},
        },
    )

    assert (answered.status, answered.body) == (200, {})
    _, declared = await doors.rows(Incident)
    assert (declared.title, declared.severity) == ("Billing &amp; &lt;cards&gt;", "sev1")
    assert (declared.is_private, declared.declared_by) == (True, ANA)
    (told,) = await replies(doors)
    assert "INC-2 is open" in told


async def test_a_title_that_is_missing_is_said_below_its_field(doors: Doors) -> None:
    view = declare_form(DeclareOrigin(CHANNEL, "ops", URL), Choices({"sev1": None}))

    answered = await doors.submit(view, {"title": {"value": " "}, "since": {"value": "half past never"}})

    assert answered.body["response_action"] == "errors"
    assert set(answered.body["errors"]) == {"since"}
    assert len(await doors.rows(Incident)) == 1


async def test_an_item_is_added_by_a_form(doors: Doors) -> None:
    view = action_item_form(ItemOrigin(CHANNEL, URL, incident=1))

    answered = await doors.submit(
        view,
        {
            "text": {"value": "Add an index"},
            "owner": {"selected_user": ANA},
            "due": {"selected_date": "2099-01-01"},
            "priority": {"selected_option": {"value": "p1"}},
        },
    )

    assert (answered.status, answered.body) == (200, {})
    (item,) = await doors.rows(ActionItem)
    assert (item.text, item.owner_id, str(item.due_on), item.priority) == (
        "Add an index",
        ANA,
        "2099-01-01",
        "p1",
    )
    (told,) = await replies(doors)
    assert "Action item 1 of INC-1 is added: Add an index" in told


async def test_a_link_that_is_none_keeps_the_form_open(doors: Doors) -> None:
    view = action_item_form(ItemOrigin(CHANNEL, URL, incident=1))

    answered = await doors.submit(view, {"text": {"value": "x"}, "ticket": {"value": "ftp://nowhere"}})

    assert set(answered.body["errors"]) == {"ticket"}
    assert await doors.rows(ActionItem) == []


async def test_milestones_are_stated_all_or_none(doors: Doors) -> None:
    view = milestone_form(MilestoneOrigin(CHANNEL, URL, incident=1))
    detected = {"value": "2023-09-10 14:05 UTC"}

    wrong = await doors.submit(view, {"detected": detected, "mitigated": {"value": "soon"}})
    assert set(wrong.body["errors"]) == {"mitigated"}
    assert await doors.rows(Milestone) == []

    await doors.submit(view, {"detected": detected})
    (milestone,) = await doors.rows(Milestone)
    assert milestone.kind == "detected"


async def test_a_form_of_another_version_stays_open_and_says_why(doors: Doors) -> None:
    for view in (
        action_item_form(ItemOrigin(CHANNEL, URL)),
        milestone_form(MilestoneOrigin(CHANNEL, URL)),
        declare_form(DeclareOrigin(CHANNEL, "ops", URL), Choices({"sev1": None})),
    ):
        answered = await doors.submit({**view, "private_metadata": '["C0OPS", "u", 1]'}, {})

        (told,) = answered.body["errors"].values()
        assert "another version of Scribe" in told
