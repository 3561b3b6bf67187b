"""The text of a Slack message, wherever Slack put it.

People's messages carry it in `text`. Alert bots often leave that empty and say everything in blocks
(docs.slack.dev/reference/block-kit/blocks) or in attachments (docs.slack.dev/legacy/
legacy-messaging/legacy-secondary-message-attachments).
"""

import re
from collections.abc import Callable, Iterable, Mapping

_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_UNDISPLAYED = "This content can't be displayed."
"""What Slack shows where a client cannot show the blocks of a message without text (observed)."""
_Table = Mapping[str, object]


def text_of(message: Mapping[str, object]) -> str:
    """The message's text in Slack mrkdwn, with its entities as Slack sent them.

    When `text` is empty it is gathered from the blocks and the attachments; when those hold none either
    it is empty. Nothing malformed raises.
    """
    text = message.get("text")
    if isinstance(text, str) and text.strip() and not _stands_in(text, message):
        return text
    parts = [_of_blocks(message.get("blocks"))]
    parts += (_of_attachment(attachment) for attachment in _tables(message.get("attachments")))
    return _joined(parts, "\n")


def _stands_in(text: str, message: Mapping[str, object]) -> bool:
    """Whether Slack put the text there because the app that posted blocks gave none."""
    has_more = bool(message.get("blocks") or message.get("attachments"))
    return has_more and text.strip().replace("\u2019", "'") == _UNDISPLAYED


def _of_attachment(attachment: _Table) -> str:
    title, address = _plain(attachment.get("title")), attachment.get("title_link")
    if title and isinstance(address, str) and address:
        title = _link(address, title)
    fields = (
        _joined((_plain(field.get("title")), _string(field.get("value"))), ": ")
        for field in _tables(attachment.get("fields"))
    )
    said = _joined(
        (
            _string(attachment.get("pretext")),
            _plain(attachment.get("author_name")),
            title,
            _string(attachment.get("text")),
            *fields,
            _of_blocks(attachment.get("blocks")),
        ),
        "\n",
    )
    # the fallback repeats the rest in short, so it counts only where there is no rest
    return said or _plain(attachment.get("fallback"))


def _of_blocks(blocks: object) -> str:
    return _joined((_of_block(block) for block in _tables(blocks)), "\n")


def _of_block(block: _Table) -> str:
    read = _READERS.get(_string(block.get("type")))
    return read(block) if read else ""


def _of_section(block: _Table) -> str:
    fields = (_of_text_object(field) for field in _items(block.get("fields")))
    return _joined((_of_text_object(block.get("text")), *fields), "\n")


def _of_context(block: _Table) -> str:
    return _joined((_of_text_object(element) for element in _items(block.get("elements"))), " ")


def _of_image(block: _Table) -> str:
    return _joined((_of_text_object(block.get("title")), _plain(block.get("alt_text"))), " ")


def _of_markdown(block: _Table) -> str:
    return _plain(block.get("text"))


def _of_header(block: _Table) -> str:
    return _of_text_object(block.get("text"))


def _of_video(block: _Table) -> str:
    return _joined((_of_text_object(block.get("title")), _of_text_object(block.get("description"))), "\n")


def _of_table(block: _Table) -> str:
    rows = (row for row in _items(block.get("rows")) if isinstance(row, list))
    return _joined((_joined((_of_cell(cell) for cell in row), " | ") for row in rows), "\n")


def _of_cell(cell: object) -> str:
    if not isinstance(cell, Mapping):
        return ""
    return _of_rich_text(cell) if cell.get("type") == "rich_text" else _plain(cell.get("text"))


def _of_text_object(value: object) -> str:
    """A text object, or an image among a context's elements."""
    if isinstance(value, str):
        return _plain(value)
    if not isinstance(value, Mapping):
        return ""
    if value.get("type") == "mrkdwn":
        return _string(value.get("text"))
    return _plain(value.get("text")) or _plain(value.get("alt_text"))


def _of_rich_text(block: _Table) -> str:
    return _joined((_of_rich_part(part) for part in _tables(block.get("elements"))), "\n")


def _of_rich_part(part: _Table) -> str:
    """One paragraph, list, quote or code block of a rich text block."""
    elements = _tables(part.get("elements"))
    match part.get("type"):
        case "rich_text_list":
            ordered = part.get("style") == "ordered"
            items = (_of_rich_part(item) for item in elements)
            return "\n".join(
                f"{number}. {item}" if ordered else f"• {item}" for number, item in enumerate(items, start=1)
            )
        case "rich_text_preformatted":
            return f"```\n{_of_elements(elements, in_code=True)}\n```"
        case _:
            return _of_elements(elements)


def _of_elements(elements: Iterable[_Table], *, in_code: bool = False) -> str:
    return "".join(_of_element(element, in_code=in_code) for element in elements)


def _of_element(element: _Table, *, in_code: bool) -> str:
    match element.get("type"):
        case "text":
            text = _plain(element.get("text"))
            style = element.get("style")
            is_code = isinstance(style, Mapping) and style.get("code") is True and not in_code
            return f"`{text}`" if is_code and text.strip() else text
        case "link":
            return _link(_string(element.get("url")), _plain(element.get("text")))
        case "user":
            return _entity("@", element.get("user_id"))
        case "channel":
            return _entity("#", element.get("channel_id"))
        case "usergroup":
            return _entity("!subteam^", element.get("usergroup_id"))
        case "broadcast":
            return _entity("!", element.get("range"))
        case "emoji":
            name = _string(element.get("name"))
            return f":{name}:" if name else ""
        case "date":
            return _plain(element.get("fallback")) or _entity("!date^", element.get("timestamp"))
        case _:
            return _plain(element.get("text")) or _plain(element.get("value"))


_READERS: Mapping[str, Callable[[_Table], str]] = {
    "section": _of_section,
    "header": _of_header,
    "context": _of_context,
    "rich_text": _of_rich_text,
    "markdown": _of_markdown,
    "image": _of_image,
    "video": _of_video,
    "table": _of_table,
}


def _link(url: str, label: str) -> str:
    url = _plain(url)
    if not url:
        return label
    return f"<{url}|{label}>" if label and label != url else f"<{url}>"


def _entity(sign: str, target: object) -> str:
    return f"<{sign}{target}>" if isinstance(target, str | int) and target else ""


def _plain(value: object) -> str:
    """Plain text as mrkdwn; what Slack escaped already is not escaped twice."""
    text = _LOOSE_AMPERSAND.sub("&amp;", _string(value))
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _tables(value: object) -> list[_Table]:
    return [item for item in _items(value) if isinstance(item, Mapping)]


def _joined(parts: Iterable[str], separator: str) -> str:
    return separator.join(part for part in parts if part.strip())
