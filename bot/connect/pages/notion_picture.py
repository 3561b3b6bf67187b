"""The timeline's picture on a page of Notion, whose Markdown takes none that stands nowhere else: it is
uploaded, and put beside the text as a block (developers.notion.com/guides/data-apis/uploading-small-files).

Its caption carries a digest of the text it was put beside. So the page itself says whether it has its
picture, which is never put there twice, and whether somebody changed the text while it was on its way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.connect.pages import parsed
from bot.incidents.pages.contract import PICTURE
from bot.text.well_formed import table, tables, text

CAPTION = "Drawn by Scribe"
IMAGE_TYPE = "image/png"
START: Mapping[str, Any] = {"type": "start"}
"""Of the page (developers.notion.com/reference/patch-block-children)."""
_SIGNED = re.compile(r"\?[^\s)>\"]*")
"""Of addresses of files, which are signed anew with every answer."""
_OURS = re.compile(
    rf"^!\[{CAPTION}, (?P<digest>[0-9a-f]{{12}})\]\([^)\n]*\)(?: \{{[^}}\n]*\}})?[ \t]*(?:\n|\Z)",
    re.MULTILINE,
)
_NO_LETTER = re.compile(r"\W+")


@dataclass(frozen=True)
class HeldText:
    """What a page holds: `markdown` with no pictures of Scribe's, and the digests that those carry.

    `version` changes with anything on the page, a picture moved by people too.
    """

    markdown: str
    digests: tuple[str, ...]
    version: str

    @property
    def has_picture(self) -> bool:
        return bool(self.digests)

    @property
    def is_as_pictured(self) -> bool:
        """Whether each picture was put beside this very text."""
        return all(one == digest(self) for one in self.digests)


def held_text(markdown: str) -> HeldText:
    """A page as its Markdown says."""
    bare = _SIGNED.sub("", markdown)
    named = _OURS.sub(lambda found: f"![{CAPTION}, {found['digest']}]\n", bare)
    version = hashlib.sha256(named.encode()).hexdigest()[:32]
    return HeldText(_OURS.sub("", bare), tuple(_OURS.findall(bare)), version)


def digest(held: HeldText) -> str:
    """What the picture's caption says of the text; lines without words count for nothing."""
    lines = [line.rstrip() for line in held.markdown.split("\n") if line.strip()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def image_block(upload_id: str, held: HeldText) -> Mapping[str, Any]:
    """The block that shows what was uploaded."""
    caption = {"type": "text", "text": {"content": f"{CAPTION}, {digest(held)}"}}
    image = {"type": "file_upload", "file_upload": {"id": upload_id}, "caption": [caption]}
    return {"object": "block", "type": "image", "image": image}


def description(markdown: str) -> str:
    """The words that stand in the picture's place in the text; "" where it shows none."""
    for block in parsed.tree(markdown):
        for node in block.walk():
            if node.type == "image" and node.attrs.get("src") == PICTURE:
                return parsed.with_characters(node.content)
    return ""


def says(block: Mapping[str, Any], words: str) -> bool:
    """Whether a block of the page is the paragraph with these words, however they are marked up."""
    pieces = tables(table(block.get("paragraph")).get("rich_text"))
    plain = "".join(text(one.get("plain_text")) for one in pieces)
    return bool(words) and _NO_LETTER.sub("", plain) == _NO_LETTER.sub("", words)


def after(block: Mapping[str, Any]) -> Mapping[str, Any]:
    """The place below a block."""
    return {"type": "after_block", "after_block": {"id": text(block.get("id"))}}
