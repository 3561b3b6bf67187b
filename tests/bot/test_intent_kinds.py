"""The registry of intents holds every kind that can be asked for."""

from __future__ import annotations

from bot.intent_kinds import DECIDED_BY_RETRY, KINDS
from bot.slack.blocks.trouble import trouble
from storage.vocabulary import IntentName


def test_every_name_has_its_kind() -> None:
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in IntentName}


def test_what_is_said_to_one_person_or_about_trouble_and_the_live_timeline_fail_in_silence() -> None:
    silent = {kind.name for kind in KINDS.values() if kind.could_not is None}

    assert silent == {
        IntentName.ANSWER,
        IntentName.LIVE_TIMELINE,
        IntentName.END_LIVE_TIMELINE,
        IntentName.PUBLISH_HOME,
        IntentName.OFFER_BRIEFING,
        IntentName.REPLY,
        IntentName.SHOW_TIMELINE,
        IntentName.TELL_TROUBLE,
        IntentName.TELL_UNREACHABLE,
    }


def test_what_could_not_be_done_is_a_sentence() -> None:
    for kind in KINDS.values():
        if kind.could_not:
            said = trouble(7, kind.could_not, "some_error", None).text
            assert said.startswith(f"INC-7: Scribe could not {kind.could_not}. Slack answered `some_error`. ")


def test_a_retry_alone_decides_about_what_one_person_was_shown() -> None:
    assert {
        IntentName.ANSWER,
        IntentName.EDITOR_NOTES,
        IntentName.REPLY,
        IntentName.SHOW_CHECKPOINT,
        IntentName.TELL_UNREACHABLE,
    } == DECIDED_BY_RETRY
