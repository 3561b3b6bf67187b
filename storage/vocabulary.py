"""The words of the record: the values that columns hold and that code compares with."""

from __future__ import annotations

from enum import StrEnum


class MarkSection(StrEnum):
    """What a mark says of a message, in the order in which people are told of them."""

    TIMELINE = "timeline"
    ROOT_CAUSE = "root_cause"
    ACTION_ITEM = "action_item"
    LESSON = "lesson"
    IMPACT = "impact"
    BACKGROUND = "background"
    DECISION = "decision"
    WENT_WELL = "went_well"
    WENT_BADLY = "went_badly"
    LUCKY = "lucky"
    DETECTED = "detected"
    MITIGATED = "mitigated"
    PUBLIC = "public"
    """Meant for people outside too."""


IN_DRAFT = (
    MarkSection.BACKGROUND,
    MarkSection.IMPACT,
    MarkSection.ROOT_CAUSE,
    MarkSection.ACTION_ITEM,
    MarkSection.LESSON,
    MarkSection.DECISION,
    MarkSection.WENT_WELL,
    MarkSection.WENT_BADLY,
    MarkSection.LUCKY,
    MarkSection.PUBLIC,
)
"""The marks that put a message into a section of the draft, in the order of its JSON."""


class MilestoneKind(StrEnum):
    """A moment of an incident, in the order in which they are expected to happen."""

    IMPACT_STARTED = "impact_started"
    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    IDENTIFIED = "identified"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"


MILESTONES = tuple(MilestoneKind)
MILESTONE_OF_MARK = {
    MarkSection.DETECTED: MilestoneKind.DETECTED,
    MarkSection.MITIGATED: MilestoneKind.MITIGATED,
}
"""Which milestone a message may be that has this mark."""


class Basis(StrEnum):
    """How a milestone is known."""

    OBSERVED = "observed"
    """Scribe saw it happen."""
    STATED = "stated"
    """A person said so."""
    INFERRED = "inferred"
    """It was worked out from the record."""


class IncidentStatus(StrEnum):
    """Where an incident stands.

    One is cancelled that was declared by mistake: it is kept, and neither listed nor found.
    """

    OPEN = "open"
    RESOLVED = "resolved"
    CANCELLED = "cancelled"


class Door(StrEnum):
    """The way by which somebody asked for something."""

    COMMAND = "command"
    MENTION = "mention"
    BUTTON = "button"
    FORM = "form"
    TERMINAL = "terminal"
    """The `scribe` command, of whoever operates Scribe."""
    HOOK = "hook"
    """A tool that the team has, such as its alert manager."""


class PostmortemState(StrEnum):
    """How far an incident's post-mortem is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"


class ActionItemState(StrEnum):
    """Whether an action item is still to be done."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ActionItemKind(StrEnum):
    """What an action item is for."""

    PREVENT = "prevent"
    DETECT = "detect"
    MITIGATE = "mitigate"
    PROCESS = "process"


class ActionItemPriority(StrEnum):
    """How urgent an action item is, in either of the two ways in which teams say it."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ChangeKind(StrEnum):
    """What a change of an incident is about; one of several is named after it: `role:commander`."""

    SEVERITY = "severity"
    STATUS = "status"
    STAGE = "stage"
    """How far an open incident is: investigating, identified, monitoring, or the team's own words."""
    TITLE = "title"
    CONCLUSION = "conclusion"
    IMPACT = "impact"
    """Who and what was hurt, as somebody states it."""
    ZONE = "zone"
    PRIVACY = "privacy"
    """Whether its channel is public."""
    POSTMORTEM = "postmortem"
    """The state of its post-mortem."""
    POSTMORTEM_OWNER = "postmortem_owner"
    MILESTONE = "milestone"
    ROLE = "role"
    DURATION = "duration"
    TIMELINE = "timeline"
    """An event, by its number, that came onto the timeline or went off it."""
    ACTION_ITEM = "task"
    """A field of an item, by the item's number: `task:2:owner_id`."""

    def of(self, *which: str | int) -> str:
        """A change of this one among several, as its row names it."""
        return ":".join([self, *map(str, which)])

    @classmethod
    def parsed(cls, what: str) -> tuple[ChangeKind, str]:
        """What a row's `what` is about, and which one among several ("" where there is only one)."""
        kind, _, which = what.partition(":")
        return cls(kind), which


class Unreachable(StrEnum):
    """Why Scribe hears nothing of a channel."""

    REMOVED = "removed"
    """Scribe was taken out of it."""
    DELETED = "deleted"
    HIDDEN = "hidden"
    """Slack does not show it any more: it was deleted, or Scribe was taken out of it."""
    ARCHIVED = "archived"


class Audience(StrEnum):
    """For whom the drafts of an incident are whose channel is shared with another company."""

    CHANNEL = "channel"
    OURS = "ours"
    """Our own people alone."""


class AudienceReason(StrEnum):
    """Why somebody is asked for whom the drafts are."""

    DRAFT = "draft"
    """A draft waits for the answer."""
    SHARED = "shared"
    """A draft stood in the channel before it was shared."""


class DraftPlace(StrEnum):
    """Where a draft was delivered."""

    CANVAS = "canvas"
    THREAD = "thread"
    FILE = "file"


class NotesOccasion(StrEnum):
    """Why the editor's notes are shown."""

    REVIEW = "review"
    ASKED = "asked"
    """Somebody asked for the notes themselves."""


class ReminderKind(StrEnum):
    """What a reminder is about."""

    POSTMORTEM = "postmortem"
    """Its owner is asked to finish it."""
    ACTION_ITEM = "task"
    """Its owner is told that it is due."""
    UPDATE = "update"
    """People wait for the next update."""
    SILENCE = "silence"
    """Nobody has written for hours: is it still going on?"""


COMMANDER = "commander"
"""The role of whoever leads an incident; teams have other roles of their own, so that roles are no enum."""


class EventKind(StrEnum):
    """What a timeline event tells of."""

    MESSAGE = "message"
    NOTE = "note"
    DECISION = "decision"
    ALERT = "alert"
    DEPLOY = "deploy"
    STATUS = "status"
    SEVERITY = "severity"
    ROLE = "role"
    MILESTONE = "milestone"


class EventSource(StrEnum):
    """How an event came onto the timeline."""

    MARK = "mark"
    COMMAND = "command"
    IMPORT = "import"
    HOOK = "hook"
    """A tool that the team has told of it."""
    RULE = "rule"
    """An app's message that one of the team's rules takes."""


class DeployState(StrEnum):
    """How far a deploy is, as its tool told last."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """It failed, or somebody stopped it."""


class TicketNews(StrEnum):
    """What the channel is told of an action item and its ticket."""

    REOPENED = "reopened"
    """It was opened again in the tracker, and so here."""
    DROPPED = "dropped"
    """It was closed in the tracker as not to be done, and so here."""
    THEIRS_KEPT = "theirs_kept"
    """Both were changed, the ticket later: the item follows it."""
    OURS_KEPT = "ours_kept"
    """Both were changed, the item later: the ticket follows it."""
    WITHHELD = "withheld"
    """It was not filed, since its channel became private after somebody asked for it."""
    EDITED_THERE = "edited_there"
    """Both were changed, in the same fields: of each the later change stands, or both stay as they are."""


class PageState(StrEnum):
    """What became of a published post-mortem at a host outside Slack."""

    ASKED = "asked"
    """It is to be written."""
    WRITTEN = "written"
    EDITED = "edited"
    """People changed or deleted what Scribe had written, and are asked what becomes of it."""
    LEFT = "left"
    """They said that it stays as they made it."""
    WITHHELD = "withheld"
    """It was not written: its incident was to stay inside by then."""


class PageNews(StrEnum):
    """What the channel is told of a page."""

    MADE = "made"
    EDITED = "edited"
    WITHHELD = "withheld"
    NO_PICTURE = "no_picture"


class PublicState(StrEnum):
    """How far an incident is, as a status page tells people outside."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class PublicImpact(StrEnum):
    """How the affected parts of a service work, as a status page shows them."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"


class Origin(StrEnum):
    """The tool that an imported incident was kept in before."""

    OPSGENIE = "opsgenie"
    PAGERDUTY = "pagerduty"
    INCIDENT_IO = "incidentio"
    STATUSPAGE = "statuspage"
    MARKDOWN = "markdown"
    """No tool: a post-mortem that people wrote as a file."""


class IntentName(StrEnum):
    """The kinds of what Slack must be told: made by `bot.incidents.intents`, told by `bot.intent_kinds`."""

    ANNOUNCE = "announce"
    ANNOUNCE_NEWS = "announce_news"
    ANSWER = "answer"
    ASK_AUDIENCE = "ask_audience"
    ASK_REVIEW = "ask_review"
    ASK_TOPIC = "ask_topic"
    CATCH_UP = "catch_up"
    CONFIRM_MARK = "confirm_mark"
    DELIVER_DRAFT = "deliver_draft"
    EDITOR_NOTES = "editor_notes"
    FETCH_MESSAGE = "fetch_message"
    FILE_TICKET = "file_ticket"
    INVITE = "invite"
    INVITE_RESPONDERS = "invite_responders"
    JOIN_CHANNEL = "join_channel"
    KEEP_BOOKMARK = "keep_bookmark"
    KEEP_TOPIC = "keep_topic"
    LIVE_TIMELINE = "live_timeline"
    END_LIVE_TIMELINE = "end_live_timeline"
    OFFER_BRIEFING = "offer_briefing"
    LINK_PAGES = "link_pages"
    OFFER_CLOSING_POST = "offer_closing_post"
    LINK_SOURCE = "link_source"
    MOVE_TICKET = "move_ticket"
    EDIT_TICKET = "edit_ticket"
    NOTE_IN_SOURCE = "note_in_source"
    OPEN_CHANNEL = "open_channel"
    PIN_SUMMARY = "pin_summary"
    POINT_OUT_DELETION = "point_out_deletion"
    POST_POINTER = "post_pointer"
    POST_PUBLIC_UPDATE = "post_public_update"
    POST_UPDATE = "post_update"
    PUBLISH = "publish"
    PUBLISH_HOME = "publish_home"
    PUBLISH_PAGE = "publish_page"
    REFRESH_DRAFT = "refresh_draft"
    REFRESH_SUMMARY = "refresh_summary"
    REMIND = "remind"
    REPLY = "reply"
    SEND_MEETING = "send_meeting"
    SHOW_CHECKPOINT = "show_checkpoint"
    SHOW_TIMELINE = "show_timeline"
    SUGGEST_MILESTONE = "suggest_milestone"
    TELL_ALERT = "tell_alert"
    TELL_CHANGES = "tell_changes"
    TELL_DEPLOYS = "tell_deploys"
    TELL_PAGE = "tell_page"
    TELL_PRIVACY = "tell_privacy"
    TELL_PUBLIC_POST = "tell_public_post"
    TELL_TICKET = "tell_ticket"
    TELL_TROUBLE = "tell_trouble"
    TELL_UNREACHABLE = "tell_unreachable"
    TELL_UPDATE = "tell_update"
    UPDATE_COPIES = "update_copies"
    UPDATE_THREAD = "update_thread"
    WELCOME = "welcome"
    WITHDRAW_ANNOUNCEMENT = "withdraw_announcement"


class IntentState(StrEnum):
    """What became of an intent. Failed and held ones are kept with their reason until somebody decides."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Slack refused it for good."""
    HELD = "held"
    """Nobody can tell whether Slack was told."""
