"""Conversations: made, joined, left, renamed, archived; and how Slack describes them.

Source: docs.slack.dev/reference/objects/conversation-object and the page of each conversations method.
"""

import re

from sandbox import events, messages, people
from sandbox.errors import Refusal
from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.records import Channel, Message
from sandbox.state import State

MAX_NAME = 80
MAX_TOPIC = 250
MAX_INVITED = 100
_PUNCTUATION = re.compile(r"^[-_]+$")
_ALLOWED = re.compile(r"^[a-z0-9_-]+$")


def check_name(workspace: State, name: str, *, besides: str | None = None) -> None:
    """Refuse what Slack refuses as a channel's name (…/methods/conversations.create#errors).

    Letters of other alphabets are refused as well, though Slack accepts some of them: a name that is
    accepted here is accepted by Slack.

    Raises:
        Refusal: `invalid_name_required`, `invalid_name_maxlength`, `invalid_name_punctuation`,
            `invalid_name_specials`, `name_taken`.
    """
    if not name:
        raise Refusal("invalid_name_required")
    if len(name) > MAX_NAME:
        raise Refusal("invalid_name_maxlength")
    if _PUNCTUATION.match(name):
        raise Refusal("invalid_name_punctuation")
    if not _ALLOWED.match(name):
        raise Refusal("invalid_name_specials")
    if any(channel.name == name and channel.id != besides for channel in workspace.channels.values()):
        raise Refusal("name_taken")


def furnish(
    workspace: State,
    name: str,
    creator: str,
    *,
    is_private: bool = False,
    channel_id: str | None = None,
) -> Channel:
    """Make a channel with its creator as the only member, without telling the app.

    Raises:
        Refusal: the name is taken or not one Slack allows.
    """
    check_name(workspace, name)
    channel = Channel(
        id=channel_id or new_id("C"),
        name=name,
        is_private=is_private,
        creator=creator,
        created_at=workspace.clock.now(),
        members=[creator],
    )
    workspace.channels[channel.id] = channel
    workspace.feed.tell("channel", channel.id)
    return channel


def create(workspace: State, name: str, creator: str, *, is_private: bool = False) -> Channel:
    """Make a channel now; the app is told of public ones.

    Raises:
        Refusal: the name is taken or not one Slack allows.
    """
    channel = furnish(workspace, name, creator, is_private=is_private)
    if not is_private:
        described = {
            "id": channel.id,
            "name": name,
            "name_normalized": name,
            "created": int(channel.created_at.timestamp()),
            "creator": creator,
            "is_channel": True,
            "is_shared": False,
            "context_team_id": workspace.team_id,
        }
        event = {"type": "channel_created", "channel": described, "event_ts": workspace.clock.next_ts()}
        events.emit(workspace, event, channel)
    return channel


def open_direct(workspace: State, person_id: str) -> Channel:
    """The bot's direct messages with a person, opened if they were not."""
    for channel in workspace.channels.values():
        if channel.with_user_id == person_id:
            return channel
    channel = Channel(
        id=new_id("D"),
        name="",
        is_private=True,
        creator=workspace.bot_user_id,
        created_at=workspace.clock.now(),
        members=[workspace.bot_user_id, person_id],
        with_user_id=person_id,
    )
    workspace.channels[channel.id] = channel
    workspace.feed.tell("channel", channel.id)
    return channel


def join(workspace: State, channel: Channel, user_id: str, *, inviter: str | None = None) -> None:
    """Make somebody a member, with Slack's line in the channel and its two events."""
    channel.members.append(user_id)
    _system(
        workspace,
        channel,
        user_id,
        "channel_join",
        f"<@{user_id}> has joined the {'group' if channel.is_private else 'channel'}",
        inviter=inviter,
    )
    event: JsonObject = {
        "type": "member_joined_channel",
        "user": user_id,
        "channel": channel.id,
        "channel_type": channel.id[0],
        "team": people.team_of(workspace, user_id),
        "event_ts": workspace.clock.next_ts(),
    }
    if inviter is not None:
        event["inviter"] = inviter
    events.emit(workspace, event, channel)
    workspace.feed.tell("channel", channel.id)


def leave(workspace: State, channel: Channel, user_id: str, *, by: str | None = None) -> None:
    """End a membership; the bot still hears of its own (docs.slack.dev/reference/events/channel_left)."""
    _system(workspace, channel, user_id, "channel_leave", f"<@{user_id}> has left the channel")
    event = {
        "type": "member_left_channel",
        "user": user_id,
        "channel": channel.id,
        "channel_type": channel.id[0],
        "team": people.team_of(workspace, user_id),
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    if user_id == workspace.bot_user_id:
        left: JsonObject = {
            "type": f"{channel.kind}_left",
            "channel": channel.id,
            "event_ts": workspace.clock.next_ts(),
        }
        events.emit(workspace, left | ({"actor_id": by} if by else {}), channel)
    channel.members.remove(user_id)
    workspace.feed.tell("channel", channel.id)


def delete(workspace: State, channel: Channel) -> None:
    """Delete a channel (docs.slack.dev/reference/events/channel_deleted)."""
    event = {
        "type": f"{channel.kind}_deleted",
        "channel": channel.id,
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    del workspace.channels[channel.id]
    workspace.feed.tell("channel", channel.id)


def share(workspace: State, channel: Channel, team_id: str, *, is_hosted_there: bool = False) -> None:
    """Share a channel with another company (docs.slack.dev/reference/events/channel_shared)."""
    channel.connected_team_ids.append(team_id)
    if is_hosted_there:
        channel.host_team_id = team_id
    event = {
        "type": "channel_shared",
        "connected_team_id": team_id,
        "channel": channel.id,
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    workspace.feed.tell("channel", channel.id)


def unshare(workspace: State, channel: Channel, team_id: str) -> None:
    """Stop sharing it (docs.slack.dev/reference/events/channel_unshared)."""
    channel.connected_team_ids.remove(team_id)
    event = {
        "type": "channel_unshared",
        "previously_connected_team_id": team_id,
        "channel": channel.id,
        "is_ext_shared": bool(channel.connected_team_ids),
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    workspace.feed.tell("channel", channel.id)


def convert(workspace: State, channel: Channel, user_id: str, *, is_private: bool) -> None:
    """Make a public channel private, or a private one public; its id stays, and a line says so.

    Source: the subtypes `channel_convert_to_private` and `channel_convert_to_public` of message events
    (observed; docs.slack.dev/reference/events/message lists the first).
    """
    channel.is_private = is_private
    kind = "private" if is_private else "public"
    text = f"<@{user_id}> made this channel {kind}"
    _system(workspace, channel, user_id, f"channel_convert_to_{kind}", text)
    workspace.feed.tell("channel", channel.id)


def rename(workspace: State, channel: Channel, user_id: str, name: str) -> None:
    """Give a channel another name.

    Raises:
        Refusal: the name is taken or not one Slack allows.
    """
    check_name(workspace, name, besides=channel.id)
    old, channel.name = channel.name, name
    channel.previous_names.insert(0, old)
    text = f"<@{user_id}> has renamed the channel from “{old}” to “{name}”"
    _system(workspace, channel, user_id, "channel_name", text, old_name=old, name=name)
    described = {
        "id": channel.id,
        "is_channel": not channel.is_private,
        "is_mpim": False,
        "name": name,
        "name_normalized": name,
        "created": int(channel.created_at.timestamp()),
    }
    event = {"type": f"{channel.kind}_rename", "channel": described, "event_ts": workspace.clock.next_ts()}
    events.emit(workspace, event, channel)
    workspace.feed.tell("channel", channel.id)


def set_topic(workspace: State, channel: Channel, user_id: str, topic: str) -> None:
    """Set a channel's topic."""
    channel.topic, channel.topic_by = topic, user_id
    channel.topic_at = int(workspace.clock.now().timestamp())
    text = f"<@{user_id}> set the channel topic: {topic}"
    _system(workspace, channel, user_id, "channel_topic", text, topic=topic)


def set_purpose(workspace: State, channel: Channel, user_id: str, purpose: str) -> None:
    """Set a channel's purpose."""
    channel.purpose, channel.purpose_by = purpose, user_id
    channel.purpose_at = int(workspace.clock.now().timestamp())
    text = f"<@{user_id}> set the channel description: {purpose}"
    _system(workspace, channel, user_id, "channel_purpose", text, purpose=purpose)


def archive(workspace: State, channel: Channel, user_id: str) -> None:
    """Close a channel; its record stays readable."""
    _system(workspace, channel, user_id, "channel_archive", f"<@{user_id}> archived the channel")
    channel.is_archived = True
    event = {
        "type": f"{channel.kind}_archive",
        "channel": channel.id,
        "user": user_id,
        "is_moved": 0,
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    workspace.feed.tell("channel", channel.id)


def unarchive(workspace: State, channel: Channel, user_id: str) -> None:
    """Open an archived channel again (docs.slack.dev/reference/events/channel_unarchive)."""
    channel.is_archived = False
    event = {
        "type": f"{channel.kind}_unarchive",
        "channel": channel.id,
        "user": user_id,
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    _system(workspace, channel, user_id, "channel_unarchive", f"<@{user_id}> un-archived the channel")
    workspace.feed.tell("channel", channel.id)


def change_id(workspace: State, channel: Channel) -> str:
    """Give a channel another id, as happens when it is shared with another company.

    Calls that name the old id are refused from then on
    (docs.slack.dev/reference/events/channel_id_changed). Returns the new id.
    """
    old, new = channel.id, new_id("C")
    del workspace.channels[old]
    channel.id = new
    workspace.channels[new] = channel
    for message in (*channel.messages.values(), *channel.deleted.values()):
        message.channel_id = new
    for canvas in workspace.canvases.values():
        if canvas.channel_id == old:
            canvas.channel_id = new
    event = {
        "type": "channel_id_changed",
        "old_channel_id": old,
        "new_channel_id": new,
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    workspace.feed.tell("channel", new)
    return new


def _system(
    workspace: State,
    channel: Channel,
    user_id: str,
    subtype: str,
    text: str,
    *,
    inviter: str | None = None,
    topic: str | None = None,
    purpose: str | None = None,
    name: str | None = None,
    old_name: str | None = None,
) -> None:
    """One of the lines that Slack itself writes into a channel; it notifies nobody."""
    message = Message(
        ts=workspace.clock.next_ts(),
        channel_id=channel.id,
        text=text,
        user_id=user_id,
        subtype=subtype,
        inviter=inviter,
        topic=topic,
        purpose=purpose,
        name=name,
        old_name=old_name,
    )
    channel.messages[message.ts] = message
    events.emit(workspace, messages.event_payload(workspace, message), channel)
    workspace.feed.tell("message", channel.id)


def payload(workspace: State, channel: Channel) -> JsonObject:
    """A conversation object as the bot sees it."""
    if channel.with_user_id is not None:
        return {
            "id": channel.id,
            "created": int(channel.created_at.timestamp()),
            "is_archived": False,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": workspace.team_id,
            "user": channel.with_user_id,
        }
    is_shared = bool(channel.connected_team_ids)
    described: JsonObject = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": int(channel.created_at.timestamp()),
        "creator": channel.creator,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "unlinked": 0,
        "is_shared": is_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "pending_shared": [],
        "context_team_id": workspace.team_id,
        "updated": int(channel.created_at.timestamp() * 1000),
        "is_ext_shared": is_shared,
        "shared_team_ids": [workspace.team_id, *channel.connected_team_ids],
        "pending_connected_team_ids": [],
        "is_member": workspace.bot_user_id in channel.members,
        "topic": {"value": channel.topic, "creator": channel.topic_by, "last_set": channel.topic_at},
        "purpose": {"value": channel.purpose, "creator": channel.purpose_by, "last_set": channel.purpose_at},
        "previous_names": list(channel.previous_names),
    }
    if is_shared:
        described |= {
            "conversation_host_id": channel.host_team_id or workspace.team_id,
            "connected_team_ids": list(channel.connected_team_ids),
        }
    tabs = [
        {
            "id": f"Ct{canvas_id[1:]}",
            "label": workspace.canvases[canvas_id].title,
            "type": "canvas",
            "data": {"file_id": canvas_id},  # observed in answers of conversations.info
        }
        for canvas_id in channel.canvas_ids
    ]
    if tabs and workspace.shows_tabs:
        described["properties"] = {"tabs": tabs}
    return described
