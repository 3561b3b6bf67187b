"""conversations.*: making, joining and changing channels (docs.slack.dev/reference/methods, a page each)."""

from sandbox import channels
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Channel
from sandbox.web_api.asked import SCOPES, Asked, Method, page_of, scopes_for


def create(asked: Asked) -> JsonObject:
    """Make a channel with the bot in it.

    Raises:
        Refusal: `missing_scope` for a kind of channel without a scope, and the refusals of
            `channels.check_name`: `name_taken`, `invalid_name_*`.
    """
    is_private = asked.flag("is_private")
    asked.require_scope(*SCOPES["manage"]["group" if is_private else "channel"])
    workspace = asked.workspace
    channel = channels.create(
        workspace, asked.text("name") or "", workspace.bot_user_id, is_private=is_private
    )
    return {"channel": channels.payload(workspace, channel)}


def join(asked: Asked) -> JsonObject:
    """Enter a public channel; being there already is a warning.

    Raises:
        Refusal: `channel_not_found`, `method_not_supported_for_channel_type`, `is_archived`.
    """
    workspace = asked.workspace
    channel = asked.channel()
    if channel.is_private:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    if workspace.bot_user_id in channel.members:
        return {
            "channel": channels.payload(workspace, channel),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    channels.join(workspace, channel, workspace.bot_user_id)
    return {"channel": channels.payload(workspace, channel)}


def info(asked: Asked) -> JsonObject:
    """Describe a conversation.

    Raises:
        Refusal: `channel_not_found`, `missing_scope`.
    """
    channel = asked.channel(purpose="read")
    described = channels.payload(asked.workspace, channel)
    if asked.flag("include_num_members"):
        described["num_members"] = len(channel.members)
    if asked.workspace.shows_tabs:
        properties = described.setdefault("properties", {"tabs": []})
        properties["tabs"].append({"id": "files", "label": "", "type": "files"})
    return {"channel": described}


def list_channels(asked: Asked) -> JsonObject:
    """The conversations the bot may know of, page by page.

    Raises:
        Refusal: `invalid_types`, `missing_scope`, `invalid_limit`, `invalid_cursor`.
    """
    workspace = asked.workspace
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    types = asked.ids("types") or ["public_channel"]
    if not set(types) <= set(kinds):
        raise Refusal("invalid_types")
    wanted = {kinds[name] for name in types}
    for kind in wanted & set(SCOPES["read"]):
        asked.require_scope(*SCOPES["read"][kind])
    visible = [
        channel.id
        for channel in workspace.channels.values()
        if channel.kind in wanted
        and (not channel.is_private or workspace.bot_user_id in channel.members)
        and not (asked.flag("exclude_archived") and channel.is_archived)
    ]
    ids, cursor = page_of(asked, visible, default=100, maximum=1000)
    described = []
    for channel_id in ids:
        channel = workspace.channels[channel_id]
        described.append(channels.payload(workspace, channel) | {"num_members": len(channel.members)})
    return {"channels": described, "response_metadata": {"next_cursor": cursor}}


def members(asked: Asked) -> JsonObject:
    """Who is in a conversation, page by page.

    Raises:
        Refusal: `channel_not_found`, `missing_scope`, `invalid_limit`, `invalid_cursor`.
    """
    channel = asked.channel(purpose="read")
    ids, cursor = page_of(asked, channel.members, default=100, maximum=1000)
    return {"members": ids, "response_metadata": {"next_cursor": cursor}}


def invite(asked: Asked) -> JsonObject:
    """Bring up to a hundred people into a channel; with `force` those who can come do.

    Raises:
        Refusal: `not_in_channel`, `is_archived`, `no_user`, `too_many_users`, and for one of them
            `cant_invite_self`, `already_in_channel`, `user_not_found`, listed in `errors`.
    """
    workspace = asked.workspace
    channel = asked.channel(purpose="invite", as_member=True)
    _open(channel)
    asked.required("users")
    users = asked.ids("users")
    if not users:
        raise Refusal("no_user")
    if len(users) > channels.MAX_INVITED:
        raise Refusal("too_many_users")
    problems = {user: problem for user in users if (problem := _unfit(asked, channel, user)) is not None}
    errors = [{"user": user, "ok": False, "error": problem} for user, problem in problems.items()]
    if problems and (not asked.flag("force") or len(problems) == len(users)):
        raise Refusal(next(iter(problems.values())), errors=errors)
    for user in users:
        if user not in problems:
            channels.join(workspace, channel, user, inviter=workspace.bot_user_id)
    answer: JsonObject = {"channel": channels.payload(workspace, channel)}
    return answer | ({"errors": errors} if errors else {})


def _unfit(asked: Asked, channel: Channel, user_id: str) -> str | None:
    person = asked.workspace.people.get(user_id)
    if user_id == asked.workspace.bot_user_id:
        return "cant_invite_self"
    if person is None or person.deleted:
        return "user_not_found"
    return "already_in_channel" if user_id in channel.members else None


def rename(asked: Asked) -> JsonObject:
    """Give a channel the bot made another name.

    Raises:
        Refusal: `not_in_channel`, `is_archived`, `not_authorized` for another's channel, and the
            refusals of `channels.check_name`.
    """
    channel = asked.channel(purpose="manage", as_member=True)
    _open(channel)
    if channel.creator != asked.workspace.bot_user_id:
        raise Refusal("not_authorized")
    channels.rename(asked.workspace, channel, asked.workspace.bot_user_id, asked.text("name") or "")
    return {"channel": channels.payload(asked.workspace, channel)}


def set_topic(asked: Asked) -> JsonObject:
    """Say what a channel is about.

    Raises:
        Refusal: `not_in_channel`, `is_archived`, `too_long` above 250 characters.
    """
    channel, topic = _described(asked, "topic")
    channels.set_topic(asked.workspace, channel, asked.workspace.bot_user_id, topic)
    return {"channel": channels.payload(asked.workspace, channel)}


def set_purpose(asked: Asked) -> JsonObject:
    """Say what a channel is for.

    Raises:
        Refusal: `not_in_channel`, `is_archived`, `too_long` above 250 characters.
    """
    channel, purpose = _described(asked, "purpose")
    channels.set_purpose(asked.workspace, channel, asked.workspace.bot_user_id, purpose)
    return {"channel": channels.payload(asked.workspace, channel)}


def _described(asked: Asked, name: str) -> tuple[Channel, str]:
    channel = asked.channel(purpose="topic", as_member=True)
    _open(channel)
    said = asked.required(name)
    if len(said) > channels.MAX_TOPIC:
        raise Refusal("too_long")
    return channel, said


def archive(asked: Asked) -> JsonObject:
    """Archive a channel the bot is in.

    Raises:
        Refusal: `not_in_channel`, `already_archived`, `cant_archive_general`.
    """
    channel = asked.channel(purpose="manage", as_member=True)
    if channel.is_archived:
        raise Refusal("already_archived")
    if channel.is_general:
        raise Refusal("cant_archive_general")
    channels.archive(asked.workspace, channel, asked.workspace.bot_user_id)
    return {}


def leave(asked: Asked) -> JsonObject:
    """Leave a channel; not being there is no error.

    Raises:
        Refusal: `is_archived`, `cant_leave_general`.
    """
    channel = asked.channel(purpose="manage")
    if asked.workspace.bot_user_id not in channel.members:
        return {"not_in_channel": True}
    _open(channel)
    if channel.is_general:
        raise Refusal("cant_leave_general")
    channels.leave(asked.workspace, channel, asked.workspace.bot_user_id)
    return {}


def open_direct(asked: Asked) -> JsonObject:
    """Open the direct messages with one person.

    Raises:
        Refusal: `users_list_not_supplied`, `not_enough_users`, `user_not_found`, `cannot_dm_bot`.
    """
    users = asked.ids("users")
    if not users:
        raise Refusal("users_list_not_supplied")
    person = asked.workspace.people.get(users[0])
    if person is None:
        raise Refusal("user_not_found")
    if person.is_bot:
        raise Refusal("cannot_dm_bot")
    channel = channels.open_direct(asked.workspace, person.id)
    described = {"id": channel.id}
    return {"channel": channels.payload(asked.workspace, channel) if asked.flag("return_im") else described}


def _open(channel: Channel) -> None:
    if channel.is_archived:
        raise Refusal("is_archived")


METHODS = (
    Method("conversations.create", create, scopes_for("manage")),
    Method("conversations.join", join, ("channels:join",)),
    Method("conversations.info", info, scopes_for("read")),
    Method("conversations.list", list_channels, scopes_for("read")),
    Method("conversations.members", members, scopes_for("read")),
    Method("conversations.invite", invite, scopes_for("invite")),
    Method("conversations.rename", rename, scopes_for("manage")),
    Method("conversations.setTopic", set_topic, scopes_for("topic")),
    Method("conversations.setPurpose", set_purpose, scopes_for("topic")),
    Method("conversations.archive", archive, scopes_for("manage")),
    Method("conversations.leave", leave, scopes_for("manage")),
    Method("conversations.open", open_direct, ("im:write", "mpim:write")),
)
