"""The addresses of messages (docs.slack.dev/reference/methods/chat.getPermalink)."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from sandbox.records import Channel, Message


def build(base: str, message: Message) -> str:
    """The address of a message below the workspace's url; a reply's names its thread."""
    address = f"{base}archives/{message.channel_id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        address += f"?thread_ts={message.thread_ts}&cid={message.channel_id}"
    return address


def resolve(base: str, url: str, channels: Mapping[str, Channel]) -> Message | None:
    """The message behind an address, if there is one and the address is complete."""
    if not url.startswith(f"{base}archives/"):
        return None
    parts = urlsplit(url)
    _, _, tail = parts.path.partition("archives/")
    channel_id, _, number = tail.partition("/p")
    if channel_id not in channels or not number.isdigit() or len(number) <= 6:
        return None
    message = channels[channel_id].messages.get(f"{number[:-6]}.{number[-6:]}")
    if message is None or not message.is_reply:
        return message
    query = parse_qs(parts.query)
    named = (query.get("thread_ts", [None])[0], query.get("cid", [None])[0])
    return message if named == (message.thread_ts, channel_id) else None
