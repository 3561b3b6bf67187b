"""The links in a channel's header (docs.slack.dev/reference/methods/bookmarks.add and its siblings).

The app is told of none of this by events; Slack has none for it.
"""

from sandbox.emoji import is_emoji
from sandbox.errors import Refusal
from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.people import team_of
from sandbox.records import Bookmark, Channel
from sandbox.state import State

MAX_BOOKMARKS = 100


def add(
    workspace: State,
    channel: Channel,
    user_id: str,
    *,
    title: str,
    link: str,
    emoji: str = "",
    app_id: str | None = None,
) -> Bookmark:
    """Put a link into a channel's header.

    Raises:
        Refusal: `permission_denied` for who is no member or in an archived channel, `invalid_link`,
            `invalid_emoji`, `too_many_bookmarks` above a hundred.
    """
    _check(workspace, channel, user_id, link, emoji)
    if len(channel.bookmarks) >= MAX_BOOKMARKS:
        raise Refusal("too_many_bookmarks")
    bookmark = Bookmark(new_id("Bk"), title, link, emoji, user_id, _now(workspace), app_id=app_id)
    channel.bookmarks.append(bookmark)
    workspace.feed.tell("channel", channel.id)
    return bookmark


def edit(
    workspace: State,
    channel: Channel,
    user_id: str,
    bookmark_id: str,
    *,
    title: str | None = None,
    link: str | None = None,
    emoji: str | None = None,
) -> Bookmark:
    """Change what is named of a link.

    Raises:
        Refusal: `not_found`, and as `add`.
    """
    bookmark = _named(channel, bookmark_id)
    _check(workspace, channel, user_id, link or bookmark.link, emoji or "")
    bookmark.title = title or bookmark.title
    bookmark.link = link or bookmark.link
    bookmark.emoji = bookmark.emoji if emoji is None else emoji
    bookmark.user_id, bookmark.updated = user_id, _now(workspace)
    workspace.feed.tell("channel", channel.id)
    return bookmark


def remove(workspace: State, channel: Channel, user_id: str, bookmark_id: str) -> None:
    """Take a link out of a channel's header.

    Raises:
        Refusal: `not_found`, `permission_denied`.
    """
    bookmark = _named(channel, bookmark_id)
    _check(workspace, channel, user_id, bookmark.link, "")
    channel.bookmarks.remove(bookmark)
    workspace.feed.tell("channel", channel.id)


def _named(channel: Channel, bookmark_id: str) -> Bookmark:
    for bookmark in channel.bookmarks:
        if bookmark.id == bookmark_id:
            return bookmark
    raise Refusal("not_found")


def _check(workspace: State, channel: Channel, user_id: str, link: str, emoji: str) -> None:
    if user_id not in channel.members or channel.is_archived:
        raise Refusal("permission_denied")
    if not link.startswith(("http://", "https://")):
        raise Refusal("invalid_link")
    if emoji and not is_emoji(emoji.strip(":"), workspace.custom_emoji):
        raise Refusal("invalid_emoji")


def _now(workspace: State) -> int:
    return int(workspace.clock.now().timestamp())


def payload(workspace: State, channel: Channel, bookmark: Bookmark) -> JsonObject:
    """A bookmark as the API describes it."""
    return {
        "id": bookmark.id,
        "channel_id": channel.id,
        "title": bookmark.title,
        "link": bookmark.link,
        "emoji": bookmark.emoji,
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": bookmark.created,
        "date_updated": bookmark.updated,
        "rank": f"{channel.bookmarks.index(bookmark):04d}",
        "last_updated_by_user_id": bookmark.user_id,
        "last_updated_by_team_id": team_of(workspace, bookmark.user_id),
        "shortcut_id": None,
        "app_id": bookmark.app_id,
        "app_action_id": None,
    }
