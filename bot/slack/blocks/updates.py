"""What Scribe says in an incident's channel as things happen."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.blocks import (
    LONGEST_SECTION,
    Surface,
    actions,
    button,
    confirm,
    section,
    shortened,
    shortened_mrkdwn,
)
from bot.slack.blocks.carried import packed
from bot.slack.blocks.summary import Summary, reopen_button
from bot.text.moments import shown
from bot.text.mrkdwn import escape

CANCEL_ACTION = "cancel_incident"


def resolved(facts: Summary) -> Surface:
    """The incident is over; the draft follows."""
    assert facts.resolved_at is not None
    lasted = f", {facts.duration} after the impact began" if facts.duration else ""
    text = f"INC-{facts.number} was resolved by {facts.resolved_by} at {shown(facts.resolved_at)}{lasted}."
    follows = (
        "The post-mortem draft follows here. Messages can still be marked; "
        f"`/postmortem draft INC-{facts.number}` compiles it again."
    )
    value = packed(facts.number)
    mistake = confirm(
        f"Was INC-{facts.number} declared by mistake?",
        "It leaves every list and search, and is kept: reopening it undoes this.",
        "By mistake",
    )
    undo = actions(
        [reopen_button(facts.number), button(CANCEL_ACTION, "Declared by mistake", value, confirm=mistake)]
    )
    return Surface(text, [section(f":large_green_circle: *{text}*"), section(follows), undo])


def draft_delivered(
    number: int,
    version: int,
    link: str,
    *,
    ours_in: str | None = None,
    differences: Sequence[str] = (),
    is_public: bool = False,
) -> Surface:
    """The draft stands in a canvas; `ours_in` names the channel whose members of ours alone may read it.

    `differences` say where it differs from the record, since people's words were carried into it. One that
    `is_public` stands beside the team's own.
    """
    which = f" (draft {version})" if version > 1 else ""
    what = f"Draft of INC-{number} for people outside" if is_public else f"Post-mortem draft of INC-{number}"
    text = f":memo: <{link}|{what}>{which}"
    note = (
        "Every line links to its message. Edit it freely: "
        f"a later `/postmortem draft INC-{number}` adds what is new and keeps what people wrote."
    )
    if is_public:
        note = (
            "It holds only what was marked for people outside, without names and links. Read it before you "
            "send it; your own draft stays as it is."
        )
    if ours_in:
        note = f"Our own members of <#{ours_in}> may read and write it, and nobody else. {note}"
    blocks = [section(text), section(note)]
    if differences:
        blocks.append(section(shortened_mrkdwn(" ".join(differences), LONGEST_SECTION)))
    return Surface(f"{what}{which}: {link}", blocks)


def draft_updated(
    number: int, link: str, updated: Sequence[str], differences: Sequence[str], *, is_whole: bool
) -> Surface:
    """The draft's canvas was brought up to date; where it still differs from the record is named."""
    state = "is up to date" if is_whole else "is not up to date yet"
    text = f":memo: <{link}|Post-mortem draft of INC-{number}> {state}"
    text += f": {_named(updated)}." if updated else "."
    said = shortened_mrkdwn(" ".join([text, *differences]), LONGEST_SECTION)
    return Surface(said, [section(said)])


def _named(headings: Sequence[str]) -> str:
    return ", ".join(escape(heading) for heading in headings)


def draft_in_file(number: int, version: int, why: str) -> str:
    """Slack refused a canvas and a thread; the draft is a file."""
    which = f" (draft {version})" if version > 1 else ""
    because = f" Slack refused a canvas and messages ({escape(why)})." if why else ""
    return f":memo: Post-mortem draft of INC-{number}{which}, as a file.{because}"


def draft_to_asker(number: int, version: int) -> str:
    """The incident's channel takes nothing any more; the draft is sent to whoever asked for it."""
    which = f" (draft {version})" if version > 1 else ""
    return (
        f":memo: Post-mortem draft of INC-{number}{which}, as a file. "
        "You have it here because Scribe cannot write in the incident's channel any more."
    )


def draft_in_thread(number: int, version: int, why: str) -> Surface:
    """Slack refused a canvas; the draft stands in this message's thread."""
    which = f" (draft {version})" if version > 1 else ""
    text = f":memo: *Post-mortem draft of INC-{number}*{which} is in this thread."
    because = shortened(f"Slack refused a canvas: {why}.", LONGEST_SECTION)
    return Surface(
        f"Post-mortem draft of INC-{number}{which} is in this thread.", [section(text), section(because)]
    )


def draft_holds_deleted(number: int, version: int, gone: int, *, is_canvas: bool) -> Surface:
    """What the draft quotes was deleted in Slack; only people change a draft that was handed over."""
    messages, them = ("A message", "it") if gone == 1 else (f"{gone} messages", "them")
    were = "was" if gone == 1 else "were"
    how = f"compiles one without {them}"
    if is_canvas:
        how = f"takes {them} out of the canvas, and names what was copied or reworded there"
    text = (
        f"{messages} quoted in draft {version} of INC-{number} {were} deleted in Slack since. "
        f"`/postmortem draft INC-{number}` {how}."
    )
    return Surface(text, [section(f":wastebasket: {text}")])


def privacy(numbers: Sequence[int], *, is_private: bool) -> Surface:
    """The channel became private, or public again, and its incidents with it."""
    named = " and ".join(f"INC-{number}" for number in numbers[-3:])
    if len(numbers) > 3:
        named = f"its {len(numbers)} incidents"
    verb = "is" if len(numbers) == 1 else "are"
    if is_private:
        text = (
            f"This channel is private now, so {named} {verb} shown to its members alone: "
            "no list, search or file elsewhere holds anything of it any more."
        )
        return Surface(text, [section(f":lock: {text}")])
    text = f"This channel is public now, so {named} {verb} shown to everybody here, in lists and in searches."
    return Surface(text, [section(f":unlock: {text}")])
