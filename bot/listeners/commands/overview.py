"""Everything there is to say, in groups, out of the tables of verbs: what is new is listed by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.listeners.commands.verb import Verb, Verbs
from bot.slack.blocks.help import HelpGroup, HelpLine

FIRST = (
    "/incident start",
    "/timeline add",
    "/incident severity",
    "/incident role",
    "/incident update",
    "/resolve",
)
"""What people need who have no time to read."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Look": ("/incident list", "/incident show", "/incident catchup", "/timeline show"),
    "Say how it stands": (
        "/incident update",
        "/incident status",
        "/incident severity",
        "/incident role",
        "/incident milestone",
        "/incident duration",
        "/incident rename",
        "/incident zone",
    ),
    "Timeline": (
        "/timeline add",
        "/timeline pin",
        "/timeline edit",
        "/timeline remove",
        "/timeline restore",
        "/timeline history",
        "/timeline suggest",
        "/timeline deploys",
        "/incident import",
    ),
    "Action items": (
        "/incident task add",
        "/incident task list",
        "/incident task edit",
        "/incident task done",
        "/incident task drop",
        "/incident task reopen",
    ),
    "End, undo": (
        "/resolve",
        "/incident conclusion",
        "/incident impact",
        "/incident reopen",
        "/incident cancel",
    ),
    "Post-mortem": (
        "/postmortem draft",
        "/postmortem owner",
        "/postmortem review",
        "/postmortem meeting",
        "/postmortem notes",
        "/postmortem status",
        "/postmortem publish",
        "/postmortem reopen",
    ),
    "Find": ("/postmortem search", "/incident similar"),
}
"""By what somebody wants to do; a verb of the tables that stands nowhere here is listed under `MORE`."""
MORE = "More"
LONG_FORMS = frozenset({"/incident timeline", "/incident resolve", "/incident postmortem"})
"""The same again, for workspaces where another app has the short command."""


def every_verb(commands: Verbs, *, besides: frozenset[str] = frozenset()) -> Iterator[tuple[str, Verb]]:
    """Every command with every verb below it, as people type it; of those `besides` nothing."""
    for name, verb in commands.items():
        if name not in besides:
            yield name, verb
            below = {f"{name} {word}": inner for word, inner in verb.verbs.items() if word}
            yield from every_verb(below, besides=besides)


def overview(commands: Verbs) -> tuple[list[HelpLine], list[HelpGroup]]:
    """What is needed first, with an example and what it does; and the names of all there is."""
    known = dict(every_verb(commands, besides=LONG_FORMS))
    hurried = [HelpLine(known[name].example, _short(known[name])) for name in FIRST]
    listed = {known[name].example for names in (FIRST, *GROUPS.values()) for name in names}
    # of several words for one verb the first is listed; what only leads to other verbs is none
    rest = {verb.example: name for name, verb in reversed(known.items()) if not verb.verbs}
    more = [name for example, name in rest.items() if example not in listed]
    groups = {**GROUPS, MORE: more} if more else GROUPS
    return hurried, [HelpGroup(title, names) for title, names in groups.items()]


def _short(verb: Verb) -> str:
    """What it does, without what is said of its other ways."""
    return verb.does.partition(";")[0]
