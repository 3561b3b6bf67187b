"""What the incident's channel reads when its post-mortem is published: the incident in short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum

from bot.incidents.views.pages import PageView
from bot.slack.blocks import (
    LONGEST_SECTION,
    Block,
    Surface,
    actions,
    button,
    context,
    plain,
    section,
    shortened_mrkdwn,
)
from bot.slack.blocks.carried import packed
from bot.slack.blocks.checkpoint import OPEN_ACTION
from bot.slack.blocks.pages import linked as page_linked
from bot.text.moments import shown
from bot.text.mrkdwn import escape

ITEMS_ACTION, REOPEN_ACTION = "published_items", "published_reopen"
MOST_SECTIONS = 2
"""Of the text in short, as much as a reader with a minute reads; all of it stands in the post-mortem."""


class Source(Enum):
    """Where the published text is from."""

    READ_NOW = "the canvas, read back"
    COMPILED = "the record, since the canvas cannot be read"
    GONE = "the record, since the canvas was deleted"
    EMPTIED = "the record, since nothing stands in the canvas"
    NOBODY_EDITS = "the record: the draft is no canvas"


def published(
    number: int,
    title: str,
    by: str,
    at: datetime,
    opening: Sequence[str],
    *,
    link: str | None,
    picture: str | None,
    source: Source,
    read_at: datetime | None,
    files: str | None,
    pages: Sequence[PageView] = (),
) -> Surface:
    """The incident in short, its picture, and buttons to the whole of it; it pings nobody.

    `title` and `by` are plain text. `opening` are lines of inert Slack text, empty where not everybody who
    reads the message may read them. `picture` is the id of a file in Slack. `source` says what the stored
    text was made from, `read_at` when people's words in it were read. `files` is the sentence about the
    export, if there is one. `pages` are those that stand outside Slack already.
    """
    name = f"post-mortem of INC-{number}"
    linked = f"<{link}|{name}>" if link else name
    blocks: list[Block] = [section(f":books: The {linked} was published by {escape(by)} {shown(at)}.")]
    if opening:
        blocks.append(section(shortened_mrkdwn(f"*{escape(title)}*", LONGEST_SECTION)))
        blocks += list(_sections(opening))[:MOST_SECTIONS]
    if picture:
        alt = f"The timeline of INC-{number} as a picture"
        blocks.append({"type": "image", "slack_file": {"id": picture}, "alt_text": alt})
    blocks.append(actions(list(_buttons(number, link))))
    if source in (Source.COMPILED, Source.GONE):
        blocks.append(context(_compiled(source, read_at)))
    if source is Source.EMPTIED:
        blocks.append(context("Nothing stands in the canvas, so the text kept is compiled from the record."))
    if files:
        blocks.append(context(files))
    if standing := [page_linked(one) for one in pages if one.url]:
        blocks.append(context(f"Outside Slack it stands in {', '.join(standing)}."))
    return Surface(f"The {name} is published.", blocks)


def _sections(lines: Sequence[str]) -> Iterator[Block]:
    held: list[str] = []
    for line in (shortened_mrkdwn(one, LONGEST_SECTION) for one in lines):
        if held and len("\n".join([*held, line])) > LONGEST_SECTION:
            yield section("\n".join(held))
            held = []
        held.append(line)
    if held:
        yield section("\n".join(held))


def _buttons(number: int, link: str | None) -> Iterator[Block]:
    if link:
        yield {**button(OPEN_ACTION, "Open the post-mortem", packed(number)), "url": link}
    yield button(ITEMS_ACTION, "Action items", packed(number))
    yield {
        **button(REOPEN_ACTION, "Reopen…", packed(number)),
        "confirm": {
            "title": plain(f"Reopen the post-mortem of INC-{number}?"),
            "text": plain("It becomes a draft again, to be written on and published anew."),
            "confirm": plain("Reopen"),
            "deny": plain("Cancel"),
        },
    }


def _compiled(source: Source, read_at: datetime | None) -> str:
    """Why the stored text is not that of the canvas, and which of people's words are in it."""
    is_gone = source is Source.GONE
    why = "The draft's canvas was deleted" if is_gone else "Slack did not let me read the draft back"
    said = f"{why}, so the text kept is compiled from the record"
    if read_at:
        return f"{said}, with what people had written into the draft as I last read it {shown(read_at)}."
    return f"{said}." if is_gone else f"{said}; what people wrote into the draft stands there alone."


def files_written(folder: str) -> str:
    return f"Its files are in {escape(folder)}."


def files_not_written() -> str:
    return "Its files could not be written to EXPORT_DIR; Scribe's log says why."
