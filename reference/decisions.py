"""`docs/decisions/README.md`: the decisions by their headings, the newest first."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "decisions"

HEAD = """# Decisions

Why some things are as they are, the newest first: what a newcomer would question, in a page each.
`make reference` writes this list.
"""


def page() -> str:
    """The page, as it is to stand in the docs."""
    files = sorted(FOLDER.glob("[0-9]*.md"), reverse=True)
    return HEAD + "\n" + "".join(f"- [{_heading(file)}]({file.name})\n" for file in files)


def _heading(file: Path) -> str:
    return file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("#").strip()
