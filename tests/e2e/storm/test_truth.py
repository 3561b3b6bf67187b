"""The storm's own judges: what is lost, doubled, invented or changed in a record or in Slack is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.incidents.attempt import InDoubt, RecordAway, Unanswered
from bot.listeners.troubles import about_command
from sandbox import canvases
from sandbox.clock import SandboxClock, moment_of
from sandbox.envelope import Envelope
from sandbox.manifest import DEFAULT_PATH, read_manifest
from sandbox.records import CommandAnswer, Ephemeral, Pin
from sandbox.workspace import Workspace
from storage.postmortem_tables import Draft
from storage.surface_tables import ChannelHeader, LiveTimeline
from storage.tables import Incident, Intent
from tests.e2e.storm.rain import ADDED
from tests.e2e.storm.record import KeptEvent, KeptMark, KeptMessage, Record
from tests.e2e.storm.shown import faults_of
from tests.e2e.storm.told import Correction, Given, Note, Outcome, Removal, Start, Told, outcome_of
from tests.e2e.storm.truth import Verdict, differences, truth_of

NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)


class Scene:
    """A channel in which Ana said three things, Ben marked two, one was deleted; and a true record."""

    def __init__(self, *, is_kept: bool = True) -> None:
        self.workspace = workspace = Workspace(read_manifest(DEFAULT_PATH), SandboxClock(NOON))
        self.told = Told()
        self.told.journal.listen_to(workspace.deliveries)
        self.ana, self.ben = (workspace.add_person(name).id for name in ("ana", "ben"))
        self.channel = workspace.add_channel("ops", members=[self.ana, self.ben, workspace.bot_user_id]).id
        if is_kept:
            self.told.journal.keeps(self.channel)
        self.kept = self.say("kept")
        self.marked = self.say("marked")
        self.deleted = self.say("deleted")
        for ts in (self.marked, self.deleted):
            workspace.react(self.ben, self.channel, ts, "pushpin")
        self.acknowledge()
        workspace.delete(self.ana, self.channel, self.deleted)
        self.note = Note(self.given("/timeline add", Outcome.DONE), "noted", NOON, 3)
        self.told.notes.append(self.note)
        self.told.starts.append(Start(self.given("/incident start", Outcome.DONE), "Down", True))
        self.record = self.true_record()

    def say(self, text: str) -> str:
        return self.workspace.say(self.ana, self.channel, text)

    def given(self, command: str, outcome: Outcome) -> Given:
        return Given(self.ana, self.channel, command, "", outcome)

    def acknowledge(self) -> None:
        """Everything that was published is heard."""
        self.acknowledge_these(self.deliver())

    def deliver(self) -> list[Envelope]:
        """Everything that was published is on its way."""
        told = self.workspace.deliveries
        assert told.on_delivered is not None
        envelopes = told.queued
        for envelope in envelopes:
            told.on_delivered(envelope)
        told.give_up()
        return envelopes

    def acknowledge_these(self, envelopes: Sequence[Envelope]) -> None:
        assert self.workspace.deliveries.on_acknowledged is not None
        for envelope in envelopes:
            self.workspace.deliveries.on_acknowledged(envelope)

    def differences(self) -> list[str]:
        return differences(truth_of(self.workspace, self.told, {self.channel}), self.record)

    def true_record(self) -> Record:
        kept, marked, deleted = ((self.channel, ts) for ts in (self.kept, self.marked, self.deleted))
        incident = Incident(
            id=1,
            team_id=self.workspace.team_id,
            number=1,
            title="Down",
            status="open",
            channel_id=self.channel,
            channel_name="ops",
            is_own_channel=False,
            declared_by=self.ana,
            declared_at=NOON,
        )
        return Record(
            incidents=[incident],
            messages={
                kept: KeptMessage("kept", self.ana, None, False, True),
                marked: KeptMessage("marked", self.ana, None, False, True),
                deleted: KeptMessage("", self.ana, None, True, True),
            },
            marks=[KeptMark(place, self.ben, "pushpin", "timeline") for place in (marked, deleted)],
            events=[
                KeptEvent(self.channel, 1, self.marked, None, moment_of(self.marked), None, True),
                KeptEvent(self.channel, 2, self.deleted, None, moment_of(self.deleted), None, True),
                KeptEvent(self.channel, 3, None, "noted", NOON, self.ana, True),
            ],
        )

    def change_event(self, number: int, **changes: object) -> None:
        at = next(i for i, event in enumerate(self.record.events) if event.number == number)
        self.record.events[at] = replace(self.record.events[at], **changes)  # type: ignore[arg-type]

    def change_message(self, ts: str, **changes: object) -> None:
        place = (self.channel, ts)
        self.record.messages[place] = replace(self.record.messages[place], **changes)  # type: ignore[arg-type]


def test_a_true_record_differs_in_nothing() -> None:
    assert Scene().differences() == []


def _double_the_note(scene: Scene) -> None:
    scene.record.events.append(replace(scene.record.events[2], number=4))


def _forget(scene: Scene, ts: str) -> None:
    del scene.record.messages[(scene.channel, ts)]


PLANTED: dict[str, tuple[Callable[[Scene], object], str]] = {
    "a message lost": (lambda s: _forget(s, s.kept), "lost: message"),
    "a message never read": (lambda s: s.change_message(s.kept, is_known=False), "lost: message"),
    "a message misquoted": (lambda s: s.change_message(s.kept, text="kept!"), "differs: message"),
    "a message of somebody else": (lambda s: s.change_message(s.kept, user_id=s.ben), "differs: message"),
    "a deletion invented": (lambda s: s.change_message(s.kept, is_deleted=True), "invented: the deletion"),
    "a deletion lost": (lambda s: s.change_message(s.deleted, is_deleted=False), "lost: the deletion"),
    "deleted words kept": (lambda s: s.change_message(s.deleted, text="deleted"), "invented: words"),
    "deleted words traced": (lambda s: s.change_message(s.deleted, trace="versions"), "invented: words"),
    "an acknowledged message lost": (lambda s: _forget(s, s.deleted), "lost: deleted message"),
    "a mark lost": (lambda s: s.record.marks.pop(), "lost: mark"),
    "a mark invented": (
        lambda s: s.record.marks.append(replace(s.record.marks[0], user_id=s.ana)),
        "invented: mark",
    ),
    "a mark misfiled": (
        lambda s: s.record.marks.append(replace(s.record.marks.pop(), section="lesson")),
        "differs: mark",
    ),
    "an event lost": (lambda s: s.change_event(1, stands=False), "lost: event of message"),
    "an event of a deleted message lost": (lambda s: s.change_event(2, stands=False), "lost: event"),
    "an event doubled": (
        lambda s: s.record.events.append(replace(s.record.events[0], number=9)),
        "doubled: event of message",
    ),
    "an event at another time": (
        lambda s: s.change_event(1, occurred_at=NOON + timedelta(minutes=1)),
        "differs: event of message",
    ),
    "a note lost": (lambda s: s.record.events.pop(), "lost: event of note"),
    "a note doubled": (_double_the_note, "doubled: event of note"),
    "a note misquoted": (lambda s: s.change_event(3, text="noted!"), "differs: event of note"),
    "a note of somebody else": (lambda s: s.change_event(3, author_id=s.ben), "differs: note"),
    "an incident lost": (lambda s: s.record.incidents.clear(), "lost: incident"),
    "an incident doubled": (
        lambda s: s.record.incidents.append(s.record.incidents[0]),
        "doubled: incident",
    ),
    "a resolution invented": (
        lambda s: setattr(s.record.incidents[0], "status", "resolved"),
        "invented: resolution",
    ),
    "a draft invented": (
        lambda s: s.record.drafts.append(Draft(incident_id=1, version=1, asked_by="U1", asked_at=NOON)),
        "differs: INC-1 has 1 drafts",
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_in_a_record_is_found(what: str) -> None:
    scene = Scene()
    plant, found = PLANTED[what]

    plant(scene)

    assert any(difference.startswith(found) for difference in scene.differences()), scene.differences()


def test_what_nobody_acknowledged_binds_nobody_once_it_is_deleted() -> None:
    scene = Scene()
    ts = scene.say("unheard")
    scene.workspace.react(scene.ben, scene.channel, ts, "pushpin")
    scene.workspace.delete(scene.ana, scene.channel, ts)

    assert scene.differences() == []


def test_what_was_delivered_before_the_incident_and_acknowledged_after_binds_nobody_once_deleted() -> None:
    """Scribe looked for an incident, found none, and acknowledged while another replica declared one."""
    scene = Scene()
    before = Scene(is_kept=False)
    for one in (scene, before):
        ts = one.say("just then")
        one.workspace.react(one.ben, one.channel, ts, "pushpin")
        on_their_way = one.deliver()
        one.told.journal.keeps(one.channel)
        one.acknowledge_these(on_their_way)
        one.workspace.delete(one.ana, one.channel, ts)

    assert [" ".join(line.split()[:2]) for line in scene.differences()] == [
        "lost: deleted",
        "lost: mark",
        "lost: event",
    ]
    assert before.differences() == []


def test_what_was_removed_by_command_must_be_gone() -> None:
    scene = Scene()
    at = scene.told.journal.now
    scene.told.removals.append(Removal(scene.given("/timeline remove 3", Outcome.DONE), 3, at))

    assert scene.differences() == [f"invented: event of note 'noted' in {scene.channel}"]


def test_a_mark_nobody_acknowledged_may_bring_back_what_was_removed() -> None:
    scene = Scene()
    scene.told.places["m00001"] = (scene.channel, scene.marked)
    scene.told.numbers[(scene.channel, 1)] = "m00001"
    at = scene.told.journal.now
    scene.told.removals.append(Removal(scene.given("/timeline remove 1", Outcome.DONE), 1, at))
    assert scene.differences() == [f"invented: event of message {scene.marked} in {scene.channel}"]

    scene.workspace.react(scene.ana, scene.channel, scene.marked, "pushpin")
    scene.record.marks.append(replace(scene.record.marks[0], user_id=scene.ana))

    assert scene.differences() == []


@pytest.mark.parametrize(
    ("outcome", "text", "is_true"),
    [
        (Outcome.DONE, "corrected", True),
        (Outcome.DONE, "noted", False),
        (Outcome.UNSURE, "corrected", True),
        (Outcome.UNSURE, "noted", True),
        (Outcome.REFUSED, "corrected", False),
        (Outcome.REFUSED, "noted", True),
    ],
)
def test_a_correction_binds_as_it_was_answered(outcome: Outcome, text: str, is_true: bool) -> None:
    scene = Scene()
    given = scene.given("/timeline edit 3 corrected", outcome)
    scene.told.corrections.append(Correction(given, 3, "corrected", None))
    scene.change_event(3, text=text)

    assert (scene.differences() == []) is is_true


def test_a_note_nobody_was_told_of_may_stand_once_or_not_at_all() -> None:
    scene = Scene()
    scene.told.notes[0] = replace(scene.note, given=scene.given("/timeline add", Outcome.UNSURE), number=None)
    assert scene.differences() == []
    _double_the_note(scene)
    assert any(line.startswith("doubled") for line in scene.differences())
    scene.record.events = scene.record.events[:2]
    assert scene.differences() == []


def answer(text: str = "", *, error: str | None = None) -> CommandAnswer:
    shown = [Ephemeral("1.0", "C1", "U1", text)] if text else []
    return CommandAnswer(error is None, 0.1, "1.2.3", shown, error)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (answer("On the timeline as event 3, 14:05: n00001"), Outcome.DONE),
        (answer("Scribe could not do that, and nothing was recorded."), Outcome.REFUSED),
        (answer(about_command(Unanswered(), "/timeline add 14:05 n00001")), Outcome.DONE),
        (answer(about_command(InDoubt(), "/timeline add 14:05 n00001")), Outcome.UNSURE),
        (answer("It may be on the timeline already."), Outcome.UNSURE),
        (answer(), Outcome.UNSURE),
        (answer(error='/timeline failed with the error "operation_timeout"'), Outcome.UNSURE),
        (answer(error='/timeline failed with the error "dispatch_failed"'), Outcome.REFUSED),
    ],
)
def test_what_a_person_may_rely_on(given: CommandAnswer, outcome: Outcome) -> None:
    assert outcome_of(given, given.text, ADDED) is outcome


@pytest.mark.parametrize("trouble", [RecordAway(is_write=False), RecordAway(is_write=True)])
def test_of_two_copies_one_may_have_been_carried_out_though_the_other_was_not(trouble: RecordAway) -> None:
    refused = answer(about_command(trouble, "/timeline add 14:05 Rolled back"))
    assert outcome_of(refused, refused.text, ADDED, is_copied=True) is Outcome.UNSURE
    no_event = answer("There is no event 7 on the timeline.")
    assert outcome_of(no_event, no_event.text, ADDED, is_copied=True) is Outcome.REFUSED


class Shown(Scene):
    """The same, after the outbox told Slack all of it."""

    def __init__(self) -> None:
        super().__init__()
        bot = self.workspace.bot_user_id
        self.post("refresh_summary:1", "INC-1: Down (open)")
        self.record.incidents[0].summary_ts = self.posted[-1]
        self.workspace.message(self.channel, self.marked).reactions["white_check_mark"] = [bot]

    @property
    def posted(self) -> list[str]:
        return [one.ts for one in self.workspace.messages(self.channel) if one.bot_id]

    def post(self, key: str, text: str) -> None:
        bot = self.workspace.bot_user_id
        message = self.workspace.message(self.channel, self.workspace.say(bot, self.channel, text))
        message.bot_id = self.workspace.bot_id
        message.metadata = {"event_type": "scribe_intent", "event_payload": {"key": key}}

    def faults(self) -> list[str]:
        return faults_of(self.workspace, self.record)


def _unconfirm(scene: Shown) -> None:
    scene.workspace.message(scene.channel, scene.marked).reactions.pop("white_check_mark")


def _confirm_the_other(scene: Shown) -> None:
    bot = scene.workspace.bot_user_id
    scene.workspace.message(scene.channel, scene.kept).reactions["white_check_mark"] = [bot]


def _leave_waiting(scene: Shown, state: str) -> None:
    intent = Intent(key="post_update:1", kind="post_update", lane="x", state=state, asked_at=NOON)
    scene.record.intents.append(intent)


def _live(scene: Shown) -> None:
    canvas = canvases.create(scene.workspace, scene.workspace.bot_user_id, "INC-1: timeline (live)", "words")
    scene.record.live.append(LiveTimeline(incident_id=1, canvas_id=canvas.id))


def _live_of_what_is_over(scene: Shown) -> None:
    _live(scene)
    scene.record.incidents[0].status = "resolved"


def _head(scene: Shown, *, topic: str = "", link: str | None = None) -> None:
    summary_ts = scene.record.incidents[0].summary_ts
    assert summary_ts
    scene.record.incidents[0].is_own_channel = True
    scene.workspace.channel(scene.channel).creator = scene.workspace.bot_user_id
    pins = scene.workspace.channel(scene.channel).pins
    pins.append(Pin(summary_ts, scene.workspace.bot_user_id, int(NOON.timestamp())))
    scene.record.headers.append(
        ChannelHeader(incident_id=1, pinned_ts=summary_ts, topic=topic, bookmark_link=link)
    )


def _unpinned(scene: Shown) -> None:
    _head(scene)
    scene.workspace.channel(scene.channel).pins.clear()


def _double_a_row(scene: Shown) -> None:
    row = "| [14:05](https://acme.slack.com/archives/C1/p1) | It broke. | Ana |"
    text = f"| Time (UTC) | What happened | Who |\n| --- | --- | --- |\n{row}\n{row}\n"
    canvas = canvases.create(scene.workspace, scene.workspace.bot_user_id, "Draft", text)
    draft = Draft(
        id=1, incident_id=1, version=1, asked_by="U1", asked_at=NOON, surface="canvas", delivered_at=NOON
    )
    draft.canvas_id = canvas.id
    scene.record.drafts.append(draft)


SHOWN: dict[str, tuple[Callable[[Shown], object], str]] = {
    "a post doubled by key": (lambda s: s.post("refresh_summary:1", "Another"), "doubled: the post"),
    "a post doubled by text": (lambda s: s.post("other", "INC-1: Down (open)"), "doubled: 'INC-1: Down"),
    "a draft told twice": (
        lambda s: [s.post("deliver_draft:1:again", "Up to date") for _ in range(2)],
        "doubled: 'Up to date'",
    ),
    "people blamed for the canvas": (
        lambda s: s.post("deliver_draft:1:again", "Up to date. Kept as people worded it, though …"),
        "blamed: ",
    ),
    "a stale summary": (lambda s: setattr(s.record.incidents[0], "title", "Up"), "differs: the summary"),
    "no summary": (lambda s: setattr(s.record.incidents[0], "summary_ts", None), "differs: INC-1's summary"),
    "a confirmation missing": (_unconfirm, "differs: "),
    "a confirmation too many": (_confirm_the_other, "differs: "),
    "something untold": (lambda s: _leave_waiting(s, "waiting"), "not told: post_update:1"),
    "something refused": (lambda s: _leave_waiting(s, "failed"), "not told: post_update:1"),
    "a channel of nothing": (
        lambda s: s.workspace.add_channel("inc-1", creator=s.workspace.bot_user_id),
        "doubled: the channel",
    ),
    "a canvas of nothing": (
        lambda s: canvases.create(s.workspace, s.workspace.bot_user_id, "Draft", "words"),
        "doubled: the canvas",
    ),
    "a live timeline of what is over": (
        _live_of_what_is_over,
        "doubled: the canvas 'INC-1: t",
    ),
    "a live timeline that is not there": (
        lambda s: s.record.live.append(LiveTimeline(incident_id=1, canvas_id="F1")),
        "missing: there is no live timeline F1",
    ),
    "a summary that is not pinned": (_unpinned, "differs: INC-1's summary is not pinned once"),
    "another topic": (lambda s: _head(s, topic="sev1"), "differs: the topic of INC-1"),
    "no bookmark": (lambda s: _head(s, link="https://acme.slack.com/docs/T1/F1"), "differs: INC-1's channel"),
    "a row doubled": (_double_a_row, "doubled: a row of"),
    "a draft undelivered": (
        lambda s: s.record.drafts.append(Draft(incident_id=1, version=1, asked_by="U1", asked_at=NOON)),
        "missing: draft 1",
    ),
}


def test_a_workspace_that_shows_the_record_has_no_faults() -> None:
    assert Shown().faults() == []


def test_a_live_timeline_and_a_head_as_the_record_has_them_are_no_faults() -> None:
    scene = Shown()

    _live(scene)
    _head(scene)

    assert scene.faults() == []


def test_two_drafts_that_changed_the_same_are_each_told() -> None:
    scene = Shown()

    for draft in (1, 2):
        scene.post(f"deliver_draft:{draft}:again", "Up to date: Timeline.")

    assert scene.faults() == []


@pytest.mark.parametrize("what", SHOWN)
def test_what_is_planted_in_slack_is_found(what: str) -> None:
    scene = Shown()
    plant, found = SHOWN[what]

    plant(scene)

    assert any(fault.startswith(found) for fault in scene.faults()), scene.faults()


def test_the_truth_says_how_much_of_it_is_decided() -> None:
    scene = Scene()
    decided = truth_of(scene.workspace, scene.told, {scene.channel}).decided

    assert decided["events must"] == 3
    assert decided["deleted must"] == 1
    assert truth_of(scene.workspace, scene.told, {scene.channel}).titles == {"Down": Verdict.MUST}
