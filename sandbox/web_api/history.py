"""conversations.history and .replies: what was said, read back.

Source: docs.slack.dev/reference/methods/conversations.history and …/conversations.replies.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sandbox import messages
from sandbox.clock import ts_order
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Message
from sandbox.web_api.asked import Asked, Method, cursor_to, key_of, scopes_for

MAX_PAGE = 999


def history(asked: Asked) -> JsonObject:
    """A channel's messages, newest first; thread replies only when they were also sent to the channel.

    With `oldest` but no `latest` the page closest to `oldest` came first in the method's predecessor
    (channels.history, "Navigating through collections of messages"); `pages_forward` does so here.

    Raises:
        Refusal: `channel_not_found`, `not_in_channel`, `invalid_limit`, `invalid_cursor`,
            `invalid_ts_latest`, `invalid_ts_oldest`.
    """
    channel = asked.channel(purpose="history", as_member=True)
    shown = [
        message
        for message in _between(asked, channel.messages.values())
        if message.is_in_history and message.ts not in channel.unlisted
    ]
    forward = asked.workspace.pages_forward and bool(asked.text("oldest")) and not asked.text("latest")
    if not forward:
        shown.reverse()
    key = key_of(asked.text("cursor"))
    if key is not None:
        first, sign = _cursor_order(key), 1 if forward else -1
        shown = [message for message in shown if sign * (ts_order(message.ts) - first) >= 0]
    page, more = _cut(asked, shown, default=100)
    if forward:
        page.reverse()
    return _answer(asked, page, more) | {
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }


def replies(asked: Asked) -> JsonObject:
    """A thread: its root, then its replies, oldest first. For the ts of a reply only that reply comes.

    Raises:
        Refusal: `channel_not_found`, `not_in_channel`, `thread_not_found`, and those of `history`.
    """
    channel = asked.channel(purpose="history", as_member=True)
    named = asked.message(channel, "ts", "thread_not_found")
    thread = _between(asked, messages.replies(channel, named.ts))
    key = key_of(asked.text("cursor"))
    if key is not None:
        first = _cursor_order(key)
        thread = [message for message in thread if ts_order(message.ts) >= first]
    else:
        # The root comes whatever the bounds are (observed).
        thread = [named, *thread]
    page, more = _cut(asked, thread, default=1000)
    return _answer(asked, page, more)


def _between(asked: Asked, candidates: Iterable[Message]) -> list[Message]:
    """Messages inside of `oldest` and `latest`, oldest first; the bounds belong to it with `inclusive`."""
    oldest, latest = asked.bound("oldest"), asked.bound("latest")
    inclusive = asked.flag("inclusive")
    kept = []
    for message in messages.ordered(candidates):
        order = ts_order(message.ts)
        if oldest is not None and (order < oldest or (order == oldest and not inclusive)):
            continue
        if latest is not None and (order > latest or (order == latest and not inclusive)):
            continue
        kept.append(message)
    return kept


def _cursor_order(key: str) -> Decimal:
    try:
        return ts_order(key)
    except ValueError as bad:
        raise Refusal("invalid_cursor") from bad


def _cut(asked: Asked, shown: Sequence[Message], *, default: int) -> tuple[list[Message], str | None]:
    limit = asked.limit(default, 1000 if default == 1000 else MAX_PAGE)
    return list(shown[:limit]), shown[limit].ts if len(shown) > limit else None


def _answer(asked: Asked, page: Sequence[Message], more: str | None) -> JsonObject:
    with_metadata = asked.flag("include_all_metadata")
    answer: JsonObject = {
        "messages": [
            messages.payload(asked.workspace, message, with_metadata=with_metadata) for message in page
        ],
        "has_more": more is not None,
    }
    if more is not None:
        answer["response_metadata"] = {"next_cursor": cursor_to(more)}
    return answer


METHODS = (
    Method("conversations.history", history, scopes_for("history")),
    Method("conversations.replies", replies, scopes_for("history")),
)
