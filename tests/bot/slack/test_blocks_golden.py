"""Every message Scribe sends, as Slack gets it: read the JSON beside this file to see what people see.

UPDATE_GOLDEN=1 writes the files anew.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents import conclusion, errors, status, verbs
from bot.incidents.action_items import ActionItemDetails
from bot.incidents.actions.declare import OpenAndImport
from bot.incidents.channels import Place
from bot.incidents.errors import ScribeError
from bot.incidents.suggesting import MOST
from bot.incidents.views.action_items import ActionItemView
from bot.incidents.views.deploys import MOST_LISTED, MOST_TOLD
from bot.incidents.views.incident import ListedIncident
from bot.incidents.views.unmarked import REASONS
from bot.incidents.vocabulary import ActionItemKind, ActionItemPriority, ActionItemState
from bot.intent_kinds import KINDS
from bot.listeners.commands.incident import VERBS
from bot.listeners.requests import Answer, answer_arguments
from bot.settings import OfflineSettings
from bot.slack.blocks import Surface, answers, audience, deploys, shortened_mrkdwn, unmarked, updates
from bot.slack.blocks.action_item_form import Origin as TaskOrigin
from bot.slack.blocks.action_item_form import action_item_form
from bot.slack.blocks.action_item_list import ShownItem, action_item_list, action_item_reminder
from bot.slack.blocks.action_item_list import said as action_item_said
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.deploys import ShownDeploy
from bot.slack.blocks.draft_differences import differences
from bot.slack.blocks.event_history import ShownChange, event_history
from bot.slack.blocks.import_question import LONGEST_TITLE, open_already, question
from bot.slack.blocks.search_results import Result, search_results, similar_incidents
from bot.slack.blocks.summary import Summary
from bot.slack.blocks.trouble import FAULT, in_doubt, trouble
from bot.slack.blocks.unmarked import ShownMessage as UnmarkedMessage
from bot.slack.blocks.unmarked import unmarked_messages
from bot.slack.blocks.unreachable import SHORT, unreachable
from bot.text.mrkdwn import KnownNames, inert_line
from sandbox.blocks import checked_content, view_problems

GOLDEN = Path(__file__).parent / "golden"
TWENTY_PAST_TWO = datetime(2023, 9, 10, 14, 20, tzinfo=UTC)
TWO = TWENTY_PAST_TWO - timedelta(minutes=20)
HALF_PAST_THREE = TWENTY_PAST_TWO + timedelta(minutes=70)
LINK = "https://acme.slack.com/archives/C0OPS/p1694354400000100"
WHY = "an action (“rolled back”)"
DEPLOYED = [
    ShownDeploy(3, TWENTY_PAST_TWO, "Deploy of checkout 1.4.2 to production succeeded, by octocat"),
    ShownDeploy(2, TWO, "Deploy of checkout 1.4.1 failed (<https://ci.example.com/7|its page>)"),
    ShownDeploy(1, TWO, "checkout 1.4.1 released", is_added=True),
]
CANVAS = "https://acme.slack.com/docs/T0ACME/F0CANVAS"
ASKED = OpenAndImport("C0OPS", "ops", TWO, "1.2.abc", "")
EMOJI = OfflineSettings(_env_file=None).emoji_names
DIFFERENCES = differences(
    worded=[("Timeline", ["event 3", "event 5"]), ("the facts on top", ["Severity"])],
    out=[("Lessons <Learned>", ["", ""])],
    gone=[("Root Cause Analysis", [""])],
    deleted=[("Lessons <Learned>", [""])],
    unwritten=[],
    why="",
)
UNWRITTEN = differences(
    worded=[],
    out=[],
    gone=[],
    deleted=[],
    unwritten=[("Timeline", [f"event {number}" for number in range(9)])],
    why="Slack refused it (canvas_editing_failed)",
)

OPEN = Summary(
    number=7,
    title="Checkout & payments are down",
    severity=None,
    is_open=True,
    declared_at=TWENTY_PAST_TWO,
    declared_by="Ana Ferreira",
    started_at=None,
    resolved_at=None,
    resolved_by=None,
    duration=None,
    conclusion=None,
    draft_link=None,
)
RESOLVED = Summary(
    number=7,
    title="Checkout & payments are down",
    severity="sev1",
    is_open=False,
    declared_at=TWENTY_PAST_TWO,
    declared_by="Ana Ferreira",
    started_at=TWO,
    resolved_at=HALF_PAST_THREE,
    resolved_by="Ben Okafor",
    duration="1 h 30 min",
    conclusion="Rolled back; the index comes first &amp; then the feature.",
    draft_link=CANVAS,
)
UNSTATED = Summary(
    **{**vars(RESOLVED), "started_at": None, "duration": None, "conclusion": None, "draft_link": None}
)


def could_not(kind: str) -> str:
    return KINDS[kind].could_not or ""


def listed(number: int, *, is_open: bool, channel_id: str | None, severity: str | None) -> ListedIncident:
    return ListedIncident(
        number, "Checkout &amp; payments are down", is_open, TWENTY_PAST_TWO, channel_id, severity, None
    )


FOUND = Result(
    number=7,
    title="Checkout &amp; payments are down",
    snippet="the connection *pool* was *exhausted*",
    declared_at=TWENTY_PAST_TWO,
    severity="sev1",
    channel_id="C0OPS",
    draft_link=CANVAS,
)
OPEN_ITEM = ActionItemView(
    2,
    "",
    ActionItemState.OPEN,
    ActionItemDetails(
        owner_id="U0ANA",
        due_on=date(2023, 9, 15),
        priority=ActionItemPriority.P1,
        kind=ActionItemKind.PREVENT,
    ),
)
DONE_ITEM = ActionItemView(1, "", ActionItemState.DONE)

ANSWERS: Mapping[str, Answer] = {
    "declared_here": answers.declared_here(7, "Checkout is down", EMOJI["timeline"]),
    "declared-private": answers.declared(7, "The vault is open", "inc-20230910-vault", is_private=True),
    "declared": answers.declared(7, "Checkout is down", "inc-20230910-checkout-is-down"),
    "opened": answers.opened(7, "C0OPS"),
    "invite_me": answers.invite_me(7, "U0SCRIBE", is_private=True),
    "invite_me-public": answers.invite_me(7, "U0SCRIBE", is_private=False),
    "kept_here": answers.kept_here(7, "restricted_action"),
    "no_channel": answers.no_channel(7, "restricted_action"),
    "draft_asks_its_owner": answers.draft_asks_its_owner(7, "U0ANA", "C0INC"),
    "draft_waits": answers.draft_waits(7, "channel_not_found", "U0SCRIBE", "C0INC"),
    "resolved": answers.resolved(7, Place("this channel")),
    "resolved-unreachable": answers.resolved(7, Place("<#C0INC>", is_reachable=False)),
    "drafting": answers.drafting(7, 2, Place("<#C0INC>")),
    "drafting-unreachable": answers.drafting(7, 2, Place("its channel", is_reachable=False)),
    "added": answers.added(7, 3, TWO, "Deploy began"),
    "edited": answers.edited(7, 3, TWO, "Deploy of `orders_v2` began"),
    "put_into": answers.put_into(7, "root cause"),
    "removed": answers.removed(7, 3, "Deploy began"),
    "restored": answers.restored(7, 3, "Deploy began"),
    "reopened": answers.reopened(7, "resolved", "open"),
    "reopened-cancelled": answers.reopened(7, "cancelled", "open"),
    "reopened-resolved": answers.reopened(7, "cancelled", "resolved"),
    "cancelled": answers.cancelled(7),
    "drafting_again": answers.drafting_again(7),
    "privacy": answers.privacy(7, "C0OPS", is_private=False),
    "privacy-private": answers.privacy(7, None, is_private=True),
    "renamed": answers.renamed(7, "Checkout is slow", "Checkout is down"),
    "renamed-same": answers.renamed(7, "Checkout is down", "Checkout is down"),
    "concluded": answers.concluded(7, "The cache was cold"),
    "conclusions": answers.conclusions(
        7, "The cache was cold", [(TWO, "Ana", "The rollback helped"), (TWO, "Ben", "The cache was cold")]
    ),
    "impact_stated": answers.impact_stated(7, "3,000 customers could not pay"),
    "impact_stated-taken_back": answers.impact_stated(7, ""),
    "impacts": answers.impacts(
        7, "3,000 customers", [(TWO, "Ana", "Some customers"), (TWENTY_PAST_TWO, "Ben", "3,000 customers")]
    ),
    "impacts-none": answers.impacts(7, None, []),
    "conclusions-none": answers.conclusions(7, None, []),
    "incident_list": answers.incident_list(
        [
            listed(8, is_open=True, channel_id="C0OPS", severity="sev1"),
            listed(9, is_open=True, channel_id=None, severity=None),
            listed(7, is_open=False, channel_id="C0OLD", severity=None),
        ]
    ),
    "incident_list-many": answers.incident_list(
        [listed(number, is_open=False, channel_id="C0OLD", severity=None) for number in range(40, 20, -1)],
        has_more=True,
    ),
    "incident_list-empty": answers.incident_list([]),
    "importing": answers.importing(7, "Slow cache", TWO, EMOJI["timeline"], is_new=True),
    "importing-further": answers.importing(7, "Slow cache", TWO, EMOJI["timeline"], is_new=False),
    "import_question": question(ASKED, "", is_first=True),
    "import_question-titled": question(
        replace(ASKED, title="Slow &lt;cache&gt;"), "Slow &lt;cache&gt;", is_first=True
    ),
    "import_question-ended": question(ASKED, "", is_first=False, ended=7),
    "import_question-cancelled": question(ASKED, "", is_first=False),
    "import_question-open_already": open_already(
        7, answers.importing(7, "Slow cache", TWO, EMOJI["timeline"], is_new=False)
    ),
    "draft_up_to_date": answers.draft_up_to_date(7, CANVAS, DIFFERENCES),
    "search_results": search_results([FOUND, FOUND], "pool"),
    "search_results-none": search_results([], "pool"),
    "similar_incidents": similar_incidents(9, [FOUND]),
    "similar_incidents-none": similar_incidents(9, []),
    "action_item_list": action_item_list(
        7, [ShownItem(OPEN_ITEM, "Add an index"), ShownItem(DONE_ITEM, "Test it")], "dart"
    ),
    "action_item_list-none": action_item_list(7, [], EMOJI["action_item"]),
    "action_item_said": action_item_said("is added", 7, OPEN_ITEM, "Add an index"),
    "suggest": unmarked_messages(
        7,
        [
            UnmarkedMessage(
                "1694354400.000100", TWO, "Rolled back to 1.4", "<@U0ANA>", LINK, [WHY, "6 replies"]
            ),
            UnmarkedMessage("1694355600.000100", TWENTY_PAST_TWO, "(no text)", "Grafana", LINK, ["an image"]),
        ],
        more=2,
    ),
    "suggest-deploys": unmarked_messages(7, [], deploys=deploys.suggested(7, DEPLOYED[:2], more=3)),
    "deploys-told": deploys.deploys_told(7, DEPLOYED, service="checkout"),
    "deploys-told-many": deploys.deploys_told(7, DEPLOYED, more=1_000),
    "deploys-listed": deploys.deploys_listed(7, DEPLOYED[:1]),
    "deploys-listed-nothing": deploys.deploys_listed(7, []),
    "suggest-nothing": unmarked_messages(7, []),
    "suggest-added": unmarked.added(7),
    "suggest-dismissed": unmarked.dismissed(7),
    "event_history": event_history(
        3,
        "Rolled back to 1.4",
        [
            ShownChange(TWO, "<@U0ANA>", "marked it with :pushpin:"),
            ShownChange(TWENTY_PAST_TWO, "<@U0BEN>", "changed the text from “Rolled bcak” to “Rolled back”"),
            ShownChange(HALF_PAST_THREE, None, "The message was deleted in Slack."),
        ],
    ),
    "event_history-none": event_history(3, "Rolled back to 1.4", []),
    "event_history-long": event_history(3, "Rolled back", [ShownChange(TWO, "<@U0ANA>", "put it back")] * 25),
}
MESSAGES: Mapping[str, Surface] = {
    "update-resolved": updates.resolved(RESOLVED),
    "update-resolved-unstated": updates.resolved(UNSTATED),
    "update-draft_delivered": updates.draft_delivered(7, 1, CANVAS),
    "update-draft_delivered-again": updates.draft_delivered(7, 2, CANVAS),
    "update-draft_holds_deleted": updates.draft_holds_deleted(7, 1, 1, is_canvas=True),
    "update-draft_holds_deleted-several": updates.draft_holds_deleted(7, 2, 3, is_canvas=False),
    "update-draft_delivered-ours": updates.draft_delivered(7, 1, CANVAS, ours_in="C0OPS"),
    "audience-before": audience.question(7, "C0OPS", is_delivered=False),
    "audience-delivered": audience.question(7, "C0OPS", is_delivered=True),
    "audience-ours": audience.chosen(7, "C0OPS", "ours"),
    "audience-channel": audience.chosen(7, "C0OPS", "channel"),
    "update-privacy-private": updates.privacy([7], is_private=True),
    "update-privacy-public-many": updates.privacy([1, 2, 3, 7], is_private=False),
    "trouble-refused": trouble(7, could_not("confirm_mark"), "missing_scope", "reactions:write"),
    "trouble-unknown-error": trouble(7, could_not("deliver_draft"), "some_new_error", None),
    "trouble-message-gone": trouble(7, could_not("fetch_message"), "message_not_found", None),
    "trouble-fault": trouble(7, could_not("catch_up"), FAULT, None),
    "trouble-held-draft": in_doubt(KINDS["deliver_draft"].question, 7),
    "trouble-held-update": in_doubt(KINDS["post_update"].question, 7),
    "update-draft_updated": updates.draft_updated(7, CANVAS, ["Timeline"], DIFFERENCES, is_whole=True),
    "update-draft_not_written": updates.draft_updated(7, CANVAS, [], UNWRITTEN, is_whole=False),
    "update-draft_in_file": Surface(updates.draft_in_file(7, 2, "restricted_action"), []),
    "update-draft_to_asker": Surface(updates.draft_to_asker(7, 1), []),
    **{
        f"unreachable-{because}": unreachable(7, because, "web-release", "C1", "U0SCRIBE")
        for because in SHORT
    },
    "action_item_reminder": action_item_reminder(7, OPEN_ITEM, "Add an index", today=date(2023, 9, 15)),
    "action_item_reminder-late": action_item_reminder(7, OPEN_ITEM, "Add an index", today=date(2023, 9, 25)),
    "update-draft_in_thread": updates.draft_in_thread(7, 1, "canvas_disabled_user_team"),
}
ERRORS: Mapping[str, ScribeError] = {
    "NoIncidentHere": errors.NoIncidentHere(),
    "NoSuchIncident": errors.NoSuchIncident(99),
    "AlreadyOpenHere": errors.AlreadyOpenHere(7),
    "NotPrivateHere": errors.NotPrivateHere(),
    "NotInADirectMessage": errors.NotInADirectMessage(),
    "TooManyDeclared": errors.TooManyDeclared(5, timedelta(seconds=39.2), "Checkout is down"),
    "OneBeginning": errors.OneBeginning("8:20 - 8:24"),
    "AlreadyResolved": errors.AlreadyResolved(7, "2023-09-10 15:30 UTC", "<@U0BEN>", "All is well"),
    "ReopenedSince": errors.ReopenedSince(7),
    "AlreadyResolved-silent": errors.AlreadyResolved(7, "2023-09-10 15:30 UTC", "<@U0BEN>", ""),
    "NoSuchEvent": errors.NoSuchEvent("99"),
    "WhichEvent": errors.WhichEvent("remove"),
    "NothingMoreToSay": errors.NothingMoreToSay("/incident cancel", "task 1", "/incident cancel INC-7"),
    "EventStands": errors.EventStands(3),
    "NoSuchMessage": errors.NoSuchMessage(),
    "StandsElsewhere": errors.StandsElsewhere(3),
    "IncidentCancelled": status.IncidentCancelled(7),
    "NotOpen": status.NotOpen(7),
    "NotOpen-unsaved": status.NotOpen(7, "Checkout &amp; carts are <!here> slow"),
    "AlreadyCancelled": status.AlreadyCancelled(7, " 2023-09-10 15:30 UTC", " by <@U0BEN>"),
    "StillOpen": status.StillOpen(7),
    "AnotherIsOpen": status.AnotherIsOpen(7, 8),
    "NoConclusion": conclusion.NoConclusion("#1", "/resolve"),
    "VerbAlone": conclusion.VerbAlone("cancel", "/resolve"),
    "NotConcludedYet": conclusion.NotConcludedYet(7, "All is well"),
    "EventUnchanged": errors.EventUnchanged(
        3, "I can't tell what time 25:00 is.", "/timeline edit 3 14:05 Rolled back"
    ),
    "NothingToFind": errors.NothingToFind("/postmortem search connection pool"),
    "NothingToRecord": errors.NothingToRecord("/timeline add 14:05 Rolled back"),
    "NoVerb": errors.NoVerb("/timeline add 14:05 Rolled back", "/timeline add 14:05 Rolled back"),
    "UnknownVerb": verbs.unknown(
        "strat", "/incident", {word: verb.example for word, verb in VERBS.items() if word}
    ),
    "ZoneUnknown": errors.ZoneUnknown("14:05 Rolled back"),
}
FORMS: Mapping[str, Mapping[str, object]] = {
    "action_item_form": action_item_form(TaskOrigin("C0OPS", "https://hooks.slack.com/commands/T0ACME/1/x")),
}

Compare = Callable[[str, object], None]


def posted(surface: Surface) -> dict[str, object]:
    return {"text": surface.text, "blocks": list(surface.blocks)}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer(name: str, assert_golden: Compare) -> None:
    arguments = answer_arguments(ANSWERS[name])

    checked_content(arguments)  # raises what Slack would refuse
    assert_golden(f"answer-{name}", arguments)


@pytest.mark.parametrize("name", ERRORS)
def test_the_answer_to_what_cannot_be_done(name: str, assert_golden: Compare) -> None:
    arguments = answer_arguments(ERRORS[name].sentence)

    checked_content(arguments)
    assert_golden(f"error-{name}", arguments)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_in_the_channel(name: str, assert_golden: Compare) -> None:
    message = posted(MESSAGES[name])

    checked_content(message)
    assert_golden(name, message)


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str, assert_golden: Compare) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(name, FORMS[name])


# --- nothing is missing, nothing is left over ----------------------------------------------------------


def test_every_answer_has_its_golden() -> None:
    shown = {name.partition("-")[0] for name in ANSWERS}

    assert functions_of(answers) <= shown


def test_every_update_has_its_golden() -> None:
    shown = {name.removeprefix("update-").partition("-")[0] for name in MESSAGES}

    assert functions_of(updates) <= shown


def test_every_error_has_its_golden() -> None:
    named = {
        name
        for module in (errors, status, conclusion)
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, ScribeError) and kind is not ScribeError
    }

    assert named == {name.partition("-")[0] for name in ERRORS}


def test_no_golden_is_left_over() -> None:
    expected = {f"answer-{name}" for name in ANSWERS} | {f"error-{name}" for name in ERRORS}

    assert {file.stem for file in GOLDEN.iterdir()} == expected | MESSAGES.keys() | FORMS.keys()


def functions_of(module: object) -> set[str]:
    """The public functions a module defines itself."""
    return {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == getattr(module, "__name__", "") and not name.startswith("_")
    }


# --- the limits of Slack -------------------------------------------------------------------------------


def test_the_longest_suggestions_are_a_message_that_slack_takes() -> None:
    link = f"{LINK}?thread_ts=1694354400.000100&cid=C0OPS0OPS0OPS"
    words = shortened_mrkdwn("&amp;" * 999, 300)
    long = UnmarkedMessage("1694354400.000100", TWO, words, "<@U0ANAANAANA>", link, [WHY * 4] * REASONS)

    deployed = [
        ShownDeploy(10**9 + one, TWO, shortened_mrkdwn("&amp;" * 999, 600)) for one in range(MOST_LISTED)
    ]
    first = deploys.suggested(1_000_000, deployed[:MOST_TOLD], more=10_000)

    checked_content(posted(unmarked_messages(1_000_000, [long] * MOST, more=10_000, deploys=first)))
    checked_content(posted(deploys.deploys_told(1_000_000, deployed[:MOST_TOLD], more=10_000)))
    checked_content(posted(deploys.deploys_listed(1_000_000, deployed, more=10_000)))


def test_an_end_told_in_the_longest_words_is_one_that_slack_takes() -> None:
    long = Summary(
        **{
            **vars(RESOLVED),
            "title": "T" * 5000,
            "severity": "s" * 75,
            "declared_by": "A" * 80,
            "resolved_by": "B" * 80,
            "conclusion": "Word &amp; word. " * 3000,
        }
    )

    checked_content(posted(updates.resolved(long)))


@given(st.text(alphabet=st.sampled_from('a|é😀"\\\n&<'), max_size=1200))
def test_a_question_carries_what_was_asked_whatever_the_title(title: str) -> None:
    asked = replace(ASKED, title=title)

    surface = question(asked, inert_line(title, KnownNames()), is_first=True)

    checked_content(posted(surface))
    _, back = unpacked(surface.blocks[1]["elements"][0]["value"], OpenAndImport)
    assert back == replace(asked, title=shortened_mrkdwn(title, LONGEST_TITLE))


def test_a_reason_of_any_length_fits_below_a_draft() -> None:
    checked_content(posted(updates.draft_in_thread(7, 1, "because " * 2000)))


def test_a_list_of_the_longest_titles_is_one_that_slack_takes() -> None:
    title = "T" * 300
    rows = [ListedIncident(number, title, True, TWO, "C0OPS", "sev1", None) for number in range(20)]

    checked_content(answer_arguments(answers.incident_list(rows)))


@given(
    st.lists(st.sampled_from(["word ", "&amp;", "&lt;", f"<{LINK}|message>", "<@U0ANA>"])),
    st.integers(5, 200),
)
def test_text_is_never_cut_inside_an_entity_or_a_link(parts: list[str], most: int) -> None:
    short = shortened_mrkdwn("".join(parts), most)

    assert len(short) <= most
    left = short
    for whole in ("&amp;", "&lt;", f"<{LINK}|message>", "<@U0ANA>"):
        left = left.replace(whole, "")
    assert "&" not in left
    assert "<" not in left


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (f"<https://grafana.example/d/{'x' * 400}|Checkout &amp; pay> fails", "Checkout &amp; pay…"),
        (f"<https://grafana.example/d/{'x' * 400}> fails", "grafana.example…"),
        (f"See <https://grafana.example/{'x' * 400}|{'p' * 400}>", f"See {'p' * 295}…"),
        (f"{'w' * 298} <@U0ANA>", f"{'w' * 298}…"),
    ],
)
def test_of_a_link_that_does_not_fit_there_is_what_it_says(text: str, short: str) -> None:
    assert shortened_mrkdwn(text, 300) == short
