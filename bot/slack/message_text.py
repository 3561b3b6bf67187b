"""What a Slack message showed, wherever Slack put it: its words, and its files.

A person's words are in `text`. Of an app's message with blocks `text` is only the notification's, and the
blocks are what the channel showed (docs.slack.dev/reference/block-kit/blocks). Either may carry attachments
(docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments): alerts often say nothing
elsewhere, and a message that somebody forwarded hangs in one. What Slack itself adds about a link is not
speech.
"""

import re
from collections.abc import Callable, Iterable, Mapping

_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_UNDISPLAYED = "This content can't be displayed."
"""What Slack shows where a client cannot show the blocks of a message without text (observed)."""
_NO_PREVIEW = "[no preview available]"
"""What Slack puts where an app gave an attachment of blocks no fallback (observed)."""
_DEEPEST = 5
"""Forwarded messages in forwarded messages that are read; more than these nobody sends."""
_LABELLED = re.compile(r"<[^<>|]*\|([^<>]*)>")
_EMPHASIS = re.compile(r"(?<!\w)([*_~`])(?=\S)(.+?)(?<=\S)\1(?!\w)", re.DOTALL)
_LIST_SIGN = re.compile(r"(?m)^\s*[•◦▪]\s")
_Table = Mapping[str, object]


def text_of(message: Mapping[str, object]) -> str:
    """What a message said, in Slack mrkdwn with its entities as Slack sent them; nothing malformed raises.

    What Slack shows twice is said once: `text` that repeats the blocks, and the head of an attachment that
    repeats the text above it. Otherwise words that stand twice are kept twice: they may be of two hosts.
    """
    return _joined(_parts(message, _DEEPEST), "\n")


def shown_files(message: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The files a message showed, those of what was forwarded with it among them; each once."""
    found = _files(message, _DEEPEST)
    once = {str(file.get("id") or f"#{place}"): file for place, file in reversed(list(enumerate(found)))}
    return list(once.values())[::-1]


def _files(message: _Table, depth: int) -> list[_Table]:
    found = [*_tables(message.get("files")), *_tables([message.get("file")])]
    found += (file for block in _tables(message.get("blocks")) for file in _tables([block.get("file")]))
    for attachment in _spoken_attachments(message):
        found += _tables(attachment.get("files"))
        for one in _forwarded(attachment) if depth else ():
            found += _files(one, depth - 1)
    return found


def _parts(message: _Table, depth: int) -> list[str]:
    """What the message says itself, and then each attachment."""
    own = _main(message)
    attachments = _spoken_attachments(message)
    told = [_of_attachment(attachment, depth) for attachment in attachments]
    # a forwarded message is in somebody else's words: it is kept also where the text repeats it
    if not any(attachment.get("is_share") for attachment in attachments):
        if _is_same(own, _joined((part for parts in told for part in parts), "\n")):
            return [own]
        if told and told[0] and _is_same(own, told[0][0]):
            told[0] = told[0][1:]  # of the first only: a later attachment would lose its heading
    return [own, *(_joined(parts, "\n") for parts in told)]


def _main(message: _Table) -> str:
    """What the message says itself, its attachments aside."""
    text = _string(message.get("text"))
    if _stands_in(text, message):
        text = ""
    blocks = _tables(message.get("blocks"))
    is_apps = bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
    if text.strip() and not is_apps and all(block.get("type") == "rich_text" for block in blocks):
        return text
    shown = _of_blocks(blocks)
    if not shown or not text.strip():
        return text if text.strip() else shown
    if is_apps:
        return text if _is_same(text, shown) else shown
    # what a person typed is in `text`; the rich text repeats it, and other blocks may say more
    more = _of_blocks([block for block in blocks if block.get("type") != "rich_text"])
    return text if _is_same(text, more) or _is_same(text, shown) else _joined([text, more], "\n")


def _stands_in(text: str, message: Mapping[str, object]) -> bool:
    """Whether Slack put the text there because the app that posted blocks gave none."""
    has_more = bool(message.get("blocks") or message.get("attachments"))
    return has_more and text.strip().replace("\u2019", "'") == _UNDISPLAYED


def _spoken_attachments(message: _Table) -> list[_Table]:
    """The attachments that somebody meant to say: all but what Slack or an app shows of a link in the text.

    A message that was forwarded (`is_share`) has the address it comes from as well.
    """
    signs = ["from_url", "is_app_unfurl", "is_msg_unfurl"]
    if not _string(message.get("text")).strip() and not message.get("blocks"):
        signs.remove("from_url")  # without words there is no link that was unfurled
    return [
        attachment
        for attachment in _tables(message.get("attachments"))
        if attachment.get("is_share") or not any(attachment.get(sign) for sign in signs)
    ]


def _of_attachment(attachment: _Table, depth: int) -> list[str]:
    """What an attachment says, part by part; the first of them is no empty one."""
    author = _plain(attachment.get("author_name"))
    title, address = _plain(attachment.get("title")), attachment.get("title_link")
    if title and isinstance(address, str) and address:
        title = _link(address, title)
    text = _string(attachment.get("text"))
    head: list[str] = []
    for part in (_string(attachment.get("pretext")), author, title, text):
        if part.strip() and not (head and _is_same(part, head[-1])):
            head.append(part)
    fields = (
        _joined((_plain(field.get("title")), _string(field.get("value"))), ": ")
        for field in _tables(attachment.get("fields"))
    )
    more = [_of_blocks(attachment.get("blocks"))]
    for forwarded in _forwarded(attachment) if depth else ():
        more += _parts(forwarded, depth - 1)
    said = [
        part for part in (*head, *fields, *(one for one in more if not _is_same(one, text))) if part.strip()
    ]
    if said not in ([], [author]) or attachment.get("files"):
        return said
    # the fallback repeats the rest in short, so it counts only where there is no rest
    fallback = _plain(attachment.get("fallback"))
    fallback = "" if fallback.strip() == _NO_PREVIEW else fallback
    return [part for part in (*said, fallback) if part.strip()] if not _is_same(author, fallback) else said


def _forwarded(attachment: _Table) -> list[_Table]:
    """The messages that an attachment forwards."""
    found = (one.get("message") for one in _tables(attachment.get("message_blocks")))
    return [message for message in found if isinstance(message, Mapping)]


def _is_same(one: str, other: str) -> bool:
    return _words(one) == _words(other)


def _words(text: str) -> str:
    """A text without its markup; signs and emoji are words: `> 100` is not `< 100`."""
    plain = _LIST_SIGN.sub(" ", _LABELLED.sub(r"\1", text)).replace("```", " ")
    for _ in range(2):  # *_bold and italic_*
        plain = _EMPHASIS.sub(r"\2", plain)
    return " ".join(plain.split())


def _of_blocks(blocks: object) -> str:
    return _joined((_of_block(block) for block in _tables(blocks)), "\n")


def _of_block(block: _Table) -> str:
    kind = _string(block.get("type"))
    if kind in _WORDLESS:
        return ""
    return _READERS.get(kind, _of_unknown)(block)


def _of_unknown(block: _Table) -> str:
    """The words in a block of a type not known here: every text object in it but the labels of buttons."""
    found: list[str] = []
    left: list[object] = [block]
    while left:
        value = left.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list):
            left += reversed([part for part in value if not isinstance(part, str)])
        elif isinstance(value, Mapping):
            kind = _string(value.get("type"))
            if kind == "rich_text":
                found.append(_of_rich_text(value))
            elif kind == "mrkdwn":
                found.append(_string(value.get("text")))
            elif kind in _WORDLESS or kind in _PRESSED or kind.endswith(("_select", "_input")):
                continue
            else:
                parts = [
                    part if key not in _SHOWN else _shown(part)
                    for key, part in value.items()
                    if key not in _NOT_SHOWN and (key in _SHOWN or not isinstance(part, str))
                ]
                left += reversed(parts)
    return _joined(found, "\n")


def _shown(part: object) -> object:
    return _plain(part) if isinstance(part, str) else part


_WORDLESS = frozenset({"actions", "context_actions", "divider", "input"})
_PRESSED = frozenset(
    {"button", "checkboxes", "datepicker", "datetimepicker", "feedback_buttons", "icon_button", "overflow"}
    | {"radio_buttons", "timepicker", "workflow_button"}
)
_SHOWN = frozenset(
    {"alt_text", "body", "caption", "description", "fallback", "header", "subtitle", "text", "title", "value"}
)
_NOT_SHOWN = frozenset({"accessory", "actions", "buttons", "confirm", "options"})


def _of_section(block: _Table) -> str:
    fields = (_of_text_object(field) for field in _items(block.get("fields")))
    accessory = block.get("accessory")
    picture = accessory if isinstance(accessory, Mapping) and accessory.get("type") == "image" else None
    return _joined((_of_text_object(block.get("text")), *fields, _of_text_object(picture)), "\n")


def _of_context(block: _Table) -> str:
    return _joined((_of_text_object(element) for element in _items(block.get("elements"))), " ")


def _of_image(block: _Table) -> str:
    title, alt = _of_text_object(block.get("title")), _plain(block.get("alt_text"))
    return title if title == alt else _joined((title, alt), " ")


def _of_markdown(block: _Table) -> str:
    return _plain(block.get("text"))


def _of_header(block: _Table) -> str:
    return _of_text_object(block.get("text"))


def _of_call(block: _Table) -> str:
    """A call that an app registered (docs.slack.dev/reference/block-kit/blocks, `call`), by its name."""
    call = block.get("call")
    newest = call.get("v1") if isinstance(call, Mapping) else None
    return _plain(newest.get("name")) if isinstance(newest, Mapping) else ""


def _of_video(block: _Table) -> str:
    return _joined((_of_text_object(block.get("title")), _of_text_object(block.get("description"))), "\n")


def _of_table(block: _Table) -> str:
    """A table, or one with a caption that can be sorted (`data_table`)."""
    rows = (row for row in _items(block.get("rows")) if isinstance(row, list))
    lines = (_joined((_of_cell(cell) for cell in row), " | ") for row in rows)
    return _joined((_of_text_object(block.get("caption")), *lines), "\n")


def _of_cell(cell: object) -> str:
    if not isinstance(cell, Mapping):
        return _plain(cell)
    if cell.get("type") == "rich_text":
        return _of_rich_text(cell)
    value = cell.get("value")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _plain(cell.get("text")) or (str(value) if is_number else _plain(value))


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
            offset = part.get("offset")
            first = 1 + offset if isinstance(offset, int) else 1
            return "\n".join(
                f"{number}. {item}" if ordered else f"• {item}"
                for number, item in enumerate(items, start=first)
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
            return _plain(element.get("text")) or _plain(element.get("value")) or _plain(element.get("name"))


_READERS: Mapping[str, Callable[[_Table], str]] = {
    "section": _of_section,
    "header": _of_header,
    "call": _of_call,
    "context": _of_context,
    "rich_text": _of_rich_text,
    "markdown": _of_markdown,
    "image": _of_image,
    "video": _of_video,
    "table": _of_table,
    "data_table": _of_table,
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
