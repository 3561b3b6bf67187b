"""Short answers to commands: visible to their person alone, one or two sentences each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.incidents.channels import Place
from bot.incidents.impact import EXAMPLE as IMPACT_EXAMPLE
from bot.incidents.views.incident import ListedIncident
from bot.slack.blocks.unreachable import SHORT
from bot.text.moments import shown
from storage.vocabulary import IncidentStatus

CLAIM = "Nobody leads it yet: *Take command* in its summary makes you its commander."
"""Behind the answer to a declaration."""


def declared_here(number: int, title: str, emoji: str) -> str:
    return (
        f"INC-{number} is open in this channel: *{title}*. "
        f"React with :{emoji}: to put a message on the timeline; `/resolve` ends the incident."
    )


def declared(number: int, title: str, channel_name: str, *, is_private: bool = False) -> str:
    if is_private:
        return (
            f"INC-{number} is open: *{title}*. I am opening #{channel_name}, a private channel, and will "
            "invite you; only its members see the incident."
        )
    return f"INC-{number} is open: *{title}*. I am opening #{channel_name} and will invite you."


def importing(number: int, title: str, since: datetime, emoji: str, *, is_new: bool) -> str:
    opened = f"INC-{number} is open in this channel: *{title}*. " if is_new else ""
    return (
        f"{opened}I am reading this channel since {shown(since)} for INC-{number}: messages that carry "
        f":{emoji}: or another mark join the record, and any of them can be marked now."
    )


def opened(number: int, channel_id: str) -> str:
    return f"INC-{number} has its channel: <#{channel_id}>."


def kept_here(number: int, why: str) -> str:
    return f"Slack refused a new channel ({why}), so INC-{number} is kept in this channel."


def no_channel(number: int, why: str) -> str:
    return (
        f"Slack refused a new channel ({why}), so INC-{number} is closed again. "
        "Say `/incident start here Checkout is down` in a channel where you want it."
    )


def draft_waits(number: int, why: str, bot_user_id: str, channel_id: str) -> str:
    return (
        f"Slack did not take INC-{number}'s draft in <#{channel_id}> ({why}). If I am not a member, say "
        f"`/invite` <@{bot_user_id}> there: the draft then follows. Otherwise `/postmortem draft` tries "
        "again."
    )


def invite_me(number: int, bot_user_id: str, *, is_private: bool) -> str:
    channel = "private channel" if is_private else "channel"
    return (
        f"INC-{number} is open, but I can't hear this {channel} yet. "
        f"Say `/invite` <@{bot_user_id}> here and I will keep the record from then on."
    )


def resolved(number: int, place: Place) -> str:
    if place.is_reachable:
        return f"INC-{number} is resolved. The post-mortem draft follows in {place.called}."
    return (
        f"INC-{number} is resolved. I can't write in {place.called} any more, so nothing is posted there; "
        "the post-mortem draft follows as a file, for you alone."
    )


def drafting(number: int, version: int, place: Place) -> str:
    said = f"I am compiling draft {version} of INC-{number}'s post-mortem"
    if place.is_reachable:
        return f"{said}; it appears in {place.called}."
    return f"{said}. I can't write in {place.called} any more, so it follows as a file, for you alone."


def drafting_again(number: int) -> str:
    return f"I am compiling INC-{number}'s post-mortem draft again; what people wrote in it stays."


def privacy(number: int, channel_id: str | None, *, is_private: bool) -> str:
    """Who sees an incident, and how that is changed: by its channel alone, which apps cannot convert."""
    where = f"<#{channel_id}>" if channel_id else "its channel"
    if is_private:
        return (
            f"INC-{number} is private, as {where} is: its members alone see it. A private channel becomes "
            "public in Slack itself, by an administrator; Scribe follows."
        )
    return (
        f"INC-{number} is public, as {where} is: every full member of the workspace may see it. Make it "
        "private in Slack: the channel's name, *Settings*, *Change to a private channel*; Scribe follows at "
        "once, with everything it keeps. Apps cannot do that for you."
    )


def draft_up_to_date(number: int, link: str, differences: Sequence[str]) -> str:
    """The draft was up to date already; differences between it and the record are named all the same."""
    return " ".join(
        [f"<{link}|INC-{number}'s draft> is up to date: the record says nothing new.", *differences]
    )


def added(incident: int, number: int, at: datetime, text: str) -> str:
    return f"On the timeline as event {number}, {shown(at)}: {text} (INC-{incident})"


def edited(incident: int, number: int, at: datetime, text: str) -> str:
    return f"Event {number} now reads {shown(at)}: {text} (INC-{incident})"


def put_into(incident: int, section: str) -> str:
    return f"The message is put down as {section} of INC-{incident}; its draft says it there."


def removed(incident: int, number: int, text: str) -> str:
    return f"Event {number} is off the timeline: {text} (INC-{incident})"


def restored(incident: int, number: int, text: str) -> str:
    return f"Event {number} is back on the timeline: {text} (INC-{incident})"


def reopened(number: int, was: IncidentStatus, status: IncidentStatus) -> str:
    if status == IncidentStatus.RESOLVED:
        return (
            f"INC-{number} is no longer cancelled: it is resolved, as before, and its end and its conclusion "
            f"stand. `/incident reopen INC-{number}` opens it again."
        )
    ended = " Its end and its conclusion stay in its history." if was == IncidentStatus.RESOLVED else ""
    return f"INC-{number} is open again; it was {was}.{ended} `/resolve` ends it."


def cancelled(number: int) -> str:
    return (
        f"INC-{number} is cancelled: it is kept, and in no list and no search, and nobody is reminded of it. "
        f"`/incident reopen INC-{number}` undoes this."
    )


def renamed(number: int, old: str, new: str) -> str:
    """`old` and `new` are inert Slack text."""
    if old == new:
        return f"INC-{number} is called *{new}* already."
    follows = "`/postmortem draft` brings its draft up to date."
    return f"INC-{number} is now called *{new}* (before: {old}). {follows}"


def concluded(number: int, text: str) -> str:
    """`text` is inert Slack text."""
    return f"INC-{number} is concluded: {text}\n`/postmortem draft` brings its draft up to date."


def conclusions(number: int, standing: str | None, history: Sequence[tuple[datetime, str, str]]) -> str:
    """The conclusion that stands, and every one there was: when, by whom, what; all of it inert."""
    if standing is None:
        return f"INC-{number} has no conclusion yet. `/incident conclusion The rollback helped` gives it one."
    lines = [f"INC-{number} is concluded: {standing}"]
    if len(history) > 1:
        lines += [f"• {shown(at)}, {by}: {text}" for at, by, text in history]
    return "\n".join(lines)


def impact_stated(number: int, text: str) -> str:
    """`text` is inert Slack text; "" where it was taken back."""
    if not text:
        return f"What was stated of INC-{number}'s impact is taken back."
    return f"The impact of INC-{number} is stated: {text}"


def impacts(number: int, standing: str | None, history: Sequence[tuple[datetime, str, str]]) -> str:
    """The impact as it is stated, and every statement there was: when, by whom, what; all of it inert."""
    if standing is None:
        return f"Nobody has stated the impact of INC-{number} yet. `{IMPACT_EXAMPLE}` states it."
    lines = [f"The impact of INC-{number}: {standing}"]
    if len(history) > 1:
        lines += [f"• {shown(at)}, {by}: {text}" for at, by, text in history]
    return "\n".join(lines)


MORE_INCIDENTS = (
    "There are more: `/postmortem search checkout` finds any by its words, `/incident show INC-7` shows one."
)


def incident_list(
    incidents: Sequence[ListedIncident], *, is_complete: bool = True, has_more: bool = False
) -> str:
    """The incidents its reader may see; not complete where Slack did not say in time which those are."""
    late = "Slack did not tell me in time which other incidents you may see. Say it again for the whole list."
    if not incidents:
        none = "No incident has been recorded yet. `/incident start Checkout is down` starts one."
        return none if is_complete else late
    lines = []
    for incident in incidents:
        dot = ":red_circle:" if incident.is_open else ":large_green_circle:"
        where = f" in <#{incident.channel_id}>" if incident.channel_id else ""
        severity = f" ({incident.severity})" if incident.severity else ""
        about = f"*INC-{incident.number}* {incident.title}{severity}{where}"
        trouble = f" :warning: {SHORT[incident.unreachable]}" if incident.unreachable else ""
        lines.append(f"{dot} {about}, declared {shown(incident.declared_at)}{trouble}")
    if has_more:
        lines.append(MORE_INCIDENTS)
    if not is_complete:
        lines.append(late)
    return "\n".join(lines)


def draft_asks_its_owner(number: int, owner_id: str, channel_id: str) -> str:
    """The channel is shared with another company: nothing is put there unasked."""
    return (
        f"<#{channel_id}> is shared with another company, so I have asked <@{owner_id}>, who owns the "
        f"post-mortem of INC-{number}, where its draft shall go. Nothing of it is there before they answer."
    )
