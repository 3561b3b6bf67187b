"""What Scribe says in an incident's channel when something could not be done."""

from __future__ import annotations

from bot.slack.blocks import Surface, section
from bot.text.mrkdwn import escape

COULD_NOT = {
    "open_channel": "open a channel for this incident",
    "join_channel": "join this channel",
    "invite": "invite everybody to this channel",
    "refresh_summary": "bring the summary message up to date",
    "remind": "remind people here of what is due",
    "post_update": "post an update here",
    "tell_changes": "tell what was changed here",
    "point_out_deletion": "point out that quoted messages were deleted",
    "tell_privacy": "say here what this channel's becoming private, or public, means for the incident",
    "suggest_milestone": "ask about a milestone here; `/incident milestone` shows what is known",
    "ask_audience": "ask the post-mortem's owner whether its draft may stand in this shared channel",
    "ask_review": "ask for the reviews of the post-mortem; `/postmortem status` names the reviewers",
    "publish": "publish the post-mortem",
    "editor_notes": "show the post-mortem's owner the notes on it; `/postmortem notes` does",
    "deliver_draft": "deliver the post-mortem draft",
    "confirm_mark": "show under every marked message whether it stands; the record has them all the same",
    "fetch_message": "read every message that was marked; the timeline shows it without its text",
    "catch_up": "read this channel's history; what was missed while Scribe was away is not on the record",
}
"""What could not be done, by kind of intent."""

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
    "a_fault_in_scribe": "This is a fault in Scribe; its log has the details",
}
"""What people can make of Slack's errors (docs.slack.dev/reference/methods, each method's errors)."""

WITHOUT_REMEDY = frozenset({"message_not_found"})

LOOK = {
    "deliver_draft": (
        "The post-mortem draft of INC-{number} may stand here already: Slack's answer was lost. Please look "
        "at the channel's tabs; if it is not there, `/postmortem draft INC-{number}` makes a new one."
    ),
}
"""What is asked about what is held, by kind."""

LOOK_HERE = (
    "Scribe may have posted about INC-{number} here already (Slack's answer was lost) and cannot look. If "
    "the message is missing, `scribe outbox retry` sends it once Scribe can read this channel."
)


def trouble(number: int, kind: str, error: str, *, needed: str | None, is_held: bool) -> Surface:
    """What could not be done, why in Slack's word and in people's, and what to do; or what to look for."""
    if is_held:
        text = LOOK.get(kind, LOOK_HERE).format(number=number)
        return Surface(text, [section(f":grey_question: {text}")])
    what = COULD_NOT.get(kind, kind.replace("_", " "))
    text = f"INC-{number}: Scribe could not {what}. {_because(error, needed)}."
    if error not in WITHOUT_REMEDY:
        text += " Once that is fixed, `scribe outbox retry` tries again."
    return Surface(text, [section(f":warning: {text}")])


def _because(error: str, needed: str | None) -> str:
    if error == "a_fault_in_scribe":
        return MEANS[error]
    said = f"Slack answered `{_code(error)}`"
    if needed:
        said += f" (`{_code(needed)}`)"
    return f"{said}: {MEANS[error]}" if error in MEANS else said


def _code(word: str) -> str:
    return escape(word.replace("`", "'"))
