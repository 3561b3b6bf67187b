"""What an import did or would do, as a table and a few lines at the terminal."""

from __future__ import annotations

import re

from bot.imports.tools.importing import Asked, Line, Outcome

NAMED = 10
"""Left out entries that are named one by one."""
LONGEST_KEY, LONGEST_TITLE = 24, 50
HEADER = ("there", "here", "declared (UTC)", "title", "lines", "follow-ups", "text", "seen by")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def told(outcome: Outcome, asked: Asked, command: str) -> str:
    """The table of what changes, then the counts, then what was assumed and left out."""
    lines = [*_table(outcome), ""] if outcome.lines else []
    more = outcome.new + outcome.extended - len(outcome.lines)
    if more > 0:
        lines[-1:] = [f"and {more} more", ""]
    would = "would be" if outcome.is_dry else "were"
    lines.append(
        f"{outcome.new} incidents {would} new, {outcome.extended} {would} extended, {outcome.same} are up to "
        f"date: {outcome.entries} lines of timelines, {outcome.follow_ups} follow-ups, {outcome.texts} "
        "post-mortems."
    )
    lines += _remarks(outcome, asked)
    if outcome.skipped:
        lines.append(f"{len(outcome.skipped)} are left out:")
        lines += [f"  {_shown(one.where, 200)}: {_shown(one.why, 200)}" for one in outcome.skipped[:NAMED]]
        if len(outcome.skipped) > NAMED:
            lines.append(f"  and {len(outcome.skipped) - NAMED} more")
    if outcome.is_dry:
        lines.append(
            f"Nothing was stored. To store it: {command} --yes"
            if outcome.new or outcome.extended
            else "There is nothing to store."
        )
    elif outcome.first_number is not None:
        lines.append(f"Look at one: scribe export INC-{outcome.first_number} --format html")
    return "\n".join(lines)


def _remarks(outcome: Outcome, asked: Asked) -> list[str]:
    found = []
    if outcome.private:
        found.append(
            f"{outcome.private} are private: nobody in Slack sees them, and `scribe export` writes them."
            + ("" if asked.is_public else " --public shows those whose tool does not call them private.")
        )
    if outcome.was_open:
        found.append(
            f"{outcome.was_open} are not over in the tool; they count as over since their last line, until "
            "an import brings their end."
        )
    if outcome.cancelled:
        found.append(f"{outcome.cancelled} were declined, merged or cancelled: they are kept, and not found.")
    found += [f"{count} {note}." for note, count in sorted(outcome.notes.items())]
    return found


def _table(outcome: Outcome) -> list[str]:
    rows = [HEADER, *map(_row, outcome.lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADER))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _row(line: Line) -> tuple[str, ...]:
    return (
        _shown(line.shown_as, LONGEST_KEY),
        f"INC-{line.number}" if line.number else "new",
        f"{line.declared_at:%Y-%m-%d %H:%M}",
        _shown(line.title, LONGEST_TITLE),
        f"+{line.entries}" if line.entries else "",
        f"+{line.follow_ups}" if line.follow_ups else "",
        "yes" if line.has_text else "",
        "nobody" if line.is_private else "everybody",
    )


def _shown(text: str, longest: int) -> str:
    """People's words on one line of a terminal, without anything that steers it."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
