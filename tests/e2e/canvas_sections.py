"""A canvas's text by its sections, for tests."""

from __future__ import annotations

from bot.postmortem.merge.blocks import sections


def split(markdown: str) -> list[tuple[str, str]]:
    """The heading of each section and its text with it; what stands above the first has the heading ""."""
    return [(heading, "\n\n".join([title, *blocks]).strip()) for heading, title, blocks in sections(markdown)]
