"""Help: what is needed first, then all there is in groups, as short as it can be read under stress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.slack.blocks import Surface, context, section
from storage.vocabulary import MarkSection

MARKED_AS = {
    MarkSection.TIMELINE: "timeline",
    MarkSection.ROOT_CAUSE: "root cause",
    MarkSection.ACTION_ITEM: "action item",
    MarkSection.LESSON: "lesson",
    MarkSection.IMPACT: "impact",
    MarkSection.BACKGROUND: "background",
    MarkSection.DECISION: "decision",
    MarkSection.WENT_WELL: "what went well",
    MarkSection.WENT_BADLY: "what went badly",
    MarkSection.LUCKY: "luck",
    MarkSection.DETECTED: "detection",
    MarkSection.MITIGATED: "mitigation",
    MarkSection.PUBLIC: "meant for people outside",
}
"""What the help says that each mark stands for."""
LEAD = "Scribe keeps the record of an incident and drafts its post-mortem."


@dataclass(frozen=True)
class HelpLine:
    """A command that works as it stands, and what it does."""

    example: str
    does: str


@dataclass(frozen=True)
class HelpGroup:
    """Commands for one purpose, by their names."""

    title: str
    names: Sequence[str]


def help_overview(
    first: Sequence[HelpLine],
    groups: Sequence[HelpGroup],
    emoji: Mapping[MarkSection, str],
    left_out: Sequence[str] = (),
) -> Surface:
    """The answer to `/incident help`; `left_out` says what Scribe may not do here."""
    marks = ", ".join(f":{emoji[section]}: {said}" for section, said in MARKED_AS.items())
    hurried = "\n".join(f"`{line.example}` {line.does}" for line in first)
    listed = "\n".join(
        f"*{group.title}*  {' · '.join(f'`{name}`' for name in group.names)}" for group in groups
    )
    return Surface(
        LEAD,
        [
            section(f"*{LEAD}*\n{hurried}"),
            section(f"*Mark messages*  {marks}"),
            section(listed),
            section(
                "*In a thread*, where no slash command works, mention me: `@Scribe add 14:05 Rolled back`, "
                "`@Scribe pin this` for the message that began it, and every other verb. In direct messages "
                "to me no mention is needed: `INC-7 severity sev1`."
            ),
            context(
                "`/incident help severity` says more of one, with examples. They are about this channel's "
                "incident, unless you name another: `/resolve INC-7 …`. Where another app owns a command say "
                "`/incident timeline …`, `/incident resolve …`, `/incident postmortem …`."
            ),
            *([context(f"As this app is installed, {'; '.join(left_out)}.")] if left_out else []),
        ],
    )


def welcome(emoji: str) -> Surface:
    """For an incident's own channel, once: three things to know; `emoji` puts a message on the timeline."""
    lead = "Three things to know here"
    return Surface(
        f"{lead}: `/incident help` says the rest.",
        [
            section(
                f":wave: *{lead}*\n"
                f"*1.* Talk as always. React with :{emoji}: to what belongs on the timeline; in a thread say "
                "`@Scribe pin this`.\n"
                "*2.* The buttons of the summary say how it stands and who leads; `/incident update` tells "
                "everybody else.\n"
                "*3.* `/resolve Rolled back, all is well` ends it, and the post-mortem's draft appears here. "
                "`/incident help` says the rest."
            )
        ],
    )
