"""What Scribe says in an incident's channel when something could not be done."""

from __future__ import annotations

from bot.slack.blocks import Surface, section
from bot.text.mrkdwn import escape

FAULT = "a_fault_in_scribe"
"""The error of what failed for a reason of Scribe's own."""

NO_ANNOUNCEMENTS, SHARED_ANNOUNCEMENTS = "announce_channel_unknown", "announce_channel_shared"
NOT_INVITED = "announce_channel_not_joined"
NO_THREAD_BEGUN = "announce_thread_not_begun"
"""A reply without the thread it belongs into, of which people are told already."""
MEANS = {
    "missing_scope": "the app lacks a permission: reinstall it with the scopes of manifest.yml",
    "no_permission": "the app lacks a permission: reinstall it with the scopes of manifest.yml",
    "restricted_action": "a setting of the workspace or the channel forbids it to apps",
    "restricted_action_read_only_channel": "only some people may post in this channel",
    "is_archived": "the channel is archived",
    "user_is_restricted": "a guest cannot do or get this",
    "user_is_ultra_restricted": "a guest cannot do or get this",
    "cant_invite": "Slack does not let apps invite this person",
    "ura_max_channels": "a guest may be in one channel only",
    "user_not_found": "Slack does not know this person",
    "message_not_found": "the message is gone from Slack",
    "org_login_required": "the workspace is being moved to an Enterprise organisation",
    "ekm_access_denied": "an administrator has suspended access to messages",
    NO_ANNOUNCEMENTS: "ANNOUNCE_CHANNEL names no channel that Scribe can see; a private one must invite it",
    SHARED_ANNOUNCEMENTS: "ANNOUNCE_CHANNEL is shared with another company, whose people would read it",
    NOT_INVITED: "Scribe is not in ANNOUNCE_CHANNEL, and may join none by itself: invite it there",
    FAULT: "This is a fault in Scribe; its log has the details",
}
"""What people can make of Slack's errors (docs.slack.dev/reference/methods, each method's errors)."""

OWN = frozenset({FAULT, NO_ANNOUNCEMENTS, SHARED_ANNOUNCEMENTS, NOT_INVITED})
"""Errors that are no answers of Slack's."""
WITHOUT_REMEDY = frozenset({"message_not_found"})


def trouble(
    number: int, could_not: str, error: str, needed: str | None, *, by: str = "", said: str = ""
) -> Surface:
    """What could not be done, why in Slack's word and in people's, and what to do.

    `by` is a tracker that refused it instead of Slack, `said` are its own words.
    """
    because = _in_their_words(by, error, said) if by else _because(error, needed)
    text = f"INC-{number}: Scribe could not {could_not}. {because}."
    if error not in WITHOUT_REMEDY:
        text += " Once that is fixed, `scribe outbox retry` tries again."
    return Surface(text, [section(f":warning: {text}")])


def in_doubt(question: str, number: int) -> Surface:
    """What people are to look for, of which Scribe cannot tell whether it was done."""
    text = question.format(number=number)
    return Surface(text, [section(f":grey_question: {text}")])


def _because(error: str, needed: str | None) -> str:
    if error in OWN:
        return MEANS[error]
    said = f"Slack answered `{_code(error)}`"
    if needed:
        said += f" (`{_code(needed)}`)"
    return f"{said}: {MEANS[error]}" if error in MEANS else said


def _in_their_words(by: str, error: str, said: str) -> str:
    words = f": {escape(said)}" if said else ""
    return f"{escape(by)} answered `{_code(error)}`{words}"


def _code(word: str) -> str:
    return escape(word.replace("`", "'"))
