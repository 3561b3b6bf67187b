"""The revisions of a timeline event, read out of what the record keeps."""

from __future__ import annotations

from bot.incidents.history import changes
from storage.history import Past
from storage.tables import Message, MessageVersion

TS, LATER = "1694355600.000001", "1694357100.000002"


def test_what_an_app_changed_of_its_own_message_is_said_to_be_the_app_s() -> None:
    told = Message(
        team_id="T1", channel_id="C1", ts=TS, bot_name="Alertmanager", text="RESOLVED", version_ts=LATER
    )
    past = Past((), [MessageVersion(team_id="T1", channel_id="C1", ts=TS, version_ts=TS, text="FIRING")])

    (change,) = changes(told, past)

    assert (change.by, change.by_app) == (None, "Alertmanager")
    assert (change.old, change.new) == ("FIRING", "RESOLVED")


def test_what_a_person_changed_is_theirs_also_where_an_app_posted_it() -> None:
    told = Message(
        team_id="T1",
        channel_id="C1",
        ts=TS,
        user_id="U1",
        bot_name="Zapier",
        text="Rolled back",
        version_ts=LATER,
    )
    past = Past((), [MessageVersion(team_id="T1", channel_id="C1", ts=TS, version_ts=TS, text="Rolling")])

    (change,) = changes(told, past)

    assert (change.by, change.by_app) == ("U1", None)
