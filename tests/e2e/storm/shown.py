"""What Slack shows once everything was told: everything once, and as the record says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sandbox.records import Message
from sandbox.workspace import Workspace
from storage.tables import Incident
from tests.e2e.storm.record import Record

CONFIRMATION = "white_check_mark"
SHOWN_TO_ONE = frozenset({"reply", "editor_notes", "show_checkpoint"})
"""What one person alone is shown can't be looked up: in doubt it is held, never repeated."""


BLAMING = ("Kept as people worded it", "Still quoted by people", "Taken out by people")
"""What Scribe says where a canvas and the record part because of people."""


def faults_of(workspace: Workspace, record: Record) -> list[str]:
    """Everything that is doubled, missing or wrong in what Slack shows of this record, a line each."""
    return [
        *_of_the_outbox(record),
        *_of_posts(workspace),
        *_of_blame(workspace),
        *_of_answers(workspace),
        *_of_channels(workspace, record),
        *_of_summaries(workspace, record),
        *_of_heads(workspace, record),
        *_of_drafts(workspace, record),
        *_of_confirmations(workspace, record),
    ]


def _of_the_outbox(record: Record) -> Iterator[str]:
    for intent in record.intents:
        is_in_doubt = intent.state == "held" and intent.is_begun
        if intent.state == "sent" or (is_in_doubt and intent.kind in SHOWN_TO_ONE):
            continue
        yield f"not told: {intent.key} is {intent.state}: {intent.failure}"


def posts(workspace: Workspace, channel_id: str) -> list[Message]:
    """What Scribe said in a channel."""
    said = workspace.messages(channel_id)
    return [one for one in said if one.bot_id == workspace.bot_id and one.subtype is None]


def key_of(message: Message) -> str:
    """The key an intent leaves in what it posts."""
    payload = (message.metadata or {}).get("event_payload") or {}
    return str(payload.get("key", ""))


def _said_again(message: Message) -> str:
    """The key, where it is that of a message that may rightly be said in the same words a second time.

    Of a draft that was brought up to date, a post-mortem that was published or reopened again, and a page
    that people edited again.
    """
    key = key_of(message)
    is_draft = key.startswith("deliver_draft:") and key.endswith(":again")
    is_again = key.startswith(("publish:", "tell_page:")) or "is a draft again" in message.text
    return key if is_draft or is_again else ""


def _of_blame(workspace: Workspace) -> Iterator[str]:
    """Nobody edits a canvas in a storm, so nothing in one is anybody's but Scribe's."""
    for channel_id in workspace.channels:
        answers = [one.text for who in workspace.people for one in workspace.ephemerals(who, channel_id)]
        for text in (*(message.text for message in posts(workspace, channel_id)), *answers):
            if any(words in text for words in BLAMING):
                yield f"blamed: {text!r} in {channel_id}"


def _of_posts(workspace: Workspace) -> Iterator[str]:
    keys: Counter[str] = Counter()
    for channel_id in workspace.channels:
        said = posts(workspace, channel_id)
        keys.update(key_of(message) for message in said)
        # two drafts that were asked for may each have changed the same sections
        texts = Counter((message.text, _said_again(message)) for message in said)
        for (text, _), count in texts.items():
            if count > 1:
                yield f"doubled: {text!r} {count} times in {channel_id}"
    for key, count in keys.items():
        if not key:
            yield f"unmarked: {count} posts without a key"
        elif count > 1:
            yield f"doubled: the post {key}, {count} times"


def _of_answers(workspace: Workspace) -> Iterator[str]:
    """What one person alone was shown by response url, of which each is said once in an incident's life."""
    shown: Counter[str] = Counter()
    for channel_id in workspace.channels:
        for user_id in workspace.people:
            for answer in workspace.ephemerals(user_id, channel_id):
                if "has its channel" in answer.text:
                    shown[answer.text] += 1
    yield from (f"doubled: the answer {text!r}" for text, count in shown.items() if count > 1)


def _of_channels(workspace: Workspace, record: Record) -> Iterator[str]:
    made = {
        channel.id: channel.name
        for channel in workspace.channels.values()
        if channel.creator == workspace.bot_user_id and channel.with_user_id is None
    }
    for incident in record.incidents:
        if not incident.is_own_channel:
            continue
        name = made.pop(incident.channel_id or "", None)
        if name is None:
            yield f"missing: INC-{incident.number} has no channel"
        elif incident.declared_by not in workspace.channel(incident.channel_id or "").members:
            yield f"missing: INC-{incident.number}'s declarer was not invited"
    yield from (f"doubled: the channel #{name} belongs to nothing" for name in made.values())


def _of_summaries(workspace: Workspace, record: Record) -> Iterator[str]:
    for incident in record.incidents:
        if not incident.channel_id:
            continue
        said = posts(workspace, incident.channel_id)
        key = f"refresh_summary:{incident.id}"
        summaries = [message for message in said if key_of(message) == key]
        if [message.ts for message in summaries] != [incident.summary_ts]:
            yield (
                f"differs: INC-{incident.number}'s summary is {incident.summary_ts}, "
                f"Slack shows {[message.ts for message in summaries]}"
            )
            continue
        yield from _of_summary(incident, summaries[0], record)
        updates = [message for message in said if key_of(message).startswith("post_update:")]
        wanted = int(incident.status == "resolved")
        if len(updates) != wanted:
            yield f"differs: INC-{incident.number} was told resolved {len(updates)} times, not {wanted}"


def _of_summary(incident: Incident, summary: Message, record: Record) -> Iterator[str]:
    text = f"INC-{incident.number}: {incident.title} ({incident.status})"
    if summary.text != text:
        yield f"differs: the summary says {summary.text!r}, not {text!r}"
    canvases = [draft.canvas_id for draft in record.drafts if draft.incident_id == incident.id]
    if canvases and canvases[-1] and canvases[-1] not in str(summary.blocks):
        yield f"differs: INC-{incident.number}'s summary does not lead to its newest draft"


def _of_heads(workspace: Workspace, record: Record) -> Iterator[str]:
    """What stands at the head of each channel; nobody but Scribe puts anything there in a storm."""
    headers = {header.incident_id: header for header in record.headers}
    for incident in record.incidents:
        header = headers.get(incident.pk)
        if not incident.channel_id or header is None or header.pinned_ts is None:
            continue
        channel, name = workspace.channel(incident.channel_id), f"INC-{incident.number}"
        if [pin.ts for pin in channel.pins].count(incident.summary_ts or "") != 1:
            yield f"differs: {name}'s summary is not pinned once"
        links = [one.link for one in channel.bookmarks if one.title.startswith(f"{name}:")]
        if links != ([header.bookmark_link] if header.bookmark_link else []):
            yield f"differs: {name}'s channel bookmarks {links}, not {header.bookmark_link}"
        if incident.is_own_channel and channel.topic != header.topic:
            yield f"differs: the topic of {name} is {channel.topic!r}, not {header.topic!r}"


def _live_timelines(record: Record) -> set[str]:
    """The canvases that show the timelines of open incidents, one each."""
    are_open = {incident.id for incident in record.incidents if incident.status == "open"}
    return {str(one.canvas_id) for one in record.live if one.incident_id in are_open and one.canvas_id}


def _of_drafts(workspace: Workspace, record: Record) -> Iterator[str]:
    live = _live_timelines(record)
    yield from (f"missing: there is no live timeline {one}" for one in live - workspace.canvases.keys())
    left = set(workspace.canvases) - live
    keys = Counter(key_of(message) for id in workspace.channels for message in posts(workspace, id))
    told: set[str] = set()
    for draft in record.drafts:
        what = f"draft {draft.version} of incident {draft.incident_id}"
        if draft.delivered_at is None:
            yield f"missing: {what} was not delivered"
            continue
        if draft.canvas_id not in workspace.canvases:
            yield f"missing: {what} has no canvas ({draft.surface}, {draft.canvas_id})"
            continue
        left.discard(draft.canvas_id)
        # a draft that went into the canvas of the one before it is told only where it changed something
        if draft.canvas_id not in told and keys[f"deliver_draft:{draft.id}:link"] != 1:
            yield f"missing: nobody was told where {what} is"
        for key in (f"deliver_draft:{draft.id}:again", f"deliver_draft:{draft.id}:refresh:again"):
            if keys[key] > 1:
                yield f"doubled: {what} was told twice"
        told.add(draft.canvas_id)
    for canvas_id in told:
        lines = workspace.canvas(canvas_id).markdown.splitlines()
        # two messages of one minute that were deleted read the same
        rows = Counter(line for line in lines if line.startswith("| [") and "](" in line)
        yield from (f"doubled: a row of {canvas_id}: {row}" for row, count in rows.items() if count > 1)
    yield from (
        f"doubled: the canvas {workspace.canvas(canvas_id).title!r} belongs to no draft" for canvas_id in left
    )


def _of_confirmations(workspace: Workspace, record: Record) -> Iterator[str]:
    for channel_id in workspace.channels:
        for message in workspace.messages(channel_id):
            if message.subtype == "tombstone":
                continue  # a call on its way while its message was deleted may still have reached it
            is_confirmed = workspace.bot_user_id in message.reactions.get(CONFIRMATION, [])
            stands = record.stands((channel_id, message.ts))
            if is_confirmed != stands:
                yield (
                    f"differs: {(channel_id, message.ts)} {message.text!r} "
                    f"{'stands unconfirmed' if stands else 'is confirmed and does not stand'}"
                )
