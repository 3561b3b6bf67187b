"""`/incident`: every verb there is, and the long forms of the other commands."""

from __future__ import annotations

import re

from bot.incidents.actions.declare import IMPORT_EXAMPLE
from bot.incidents.status_pages.errors import EXAMPLE as PUBLIC_EXAMPLE
from bot.incidents.views.briefing import briefing
from bot.incidents.views.incident import incident_list, status_view
from bot.incidents.which import first, nowhere
from bot.listeners.commands import (
    action_item,
    facts,
    import_here,
    milestone,
    postmortem,
    resolve,
    search,
    start,
    timeline,
    update,
)
from bot.listeners.commands.overview import overview
from bot.listeners.commands.verb import Verb, Verbs
from bot.listeners.public_form import public_words
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface
from bot.slack.blocks.help import help_overview
from bot.slack.optional_scopes import left_out
from bot.slack.showing.briefing import show_briefing
from bot.slack.showing.incident import show_list, show_status


async def _list(command: Command, scribe: Scribe) -> Answer:
    return await show_list(scribe, await incident_list(scribe.work, command.actor))


async def _show(command: Command, scribe: Scribe) -> Surface:
    bare = re.fullmatch(r"#?(\d{1,9})", command.text)  # of this verb a bare number can be nothing else
    number = int(bare[1]) if bare else command.number
    return await show_status(scribe, await status_view(scribe.work, command.actor, number))


async def _catch_up(command: Command, scribe: Scribe) -> Surface:
    bare = re.fullmatch(r"#?(\d{1,9})", command.text)
    number = int(bare[1]) if bare else command.number
    return await show_briefing(scribe, await briefing(scribe.work, command.actor, number))


def helps(scribe: Scribe) -> Surface:
    """Everything there is to say."""
    granted = scribe.slack.granted
    without = left_out(granted) if granted is not None else ()
    return help_overview(*overview(_COMMANDS), scribe.settings.emoji_names, without)


async def _alone(command: Command, scribe: Scribe) -> Answer:
    """What there is to say; `/incident INC-7` alone shows the incident."""
    return helps(scribe) if command.number is None else await _show(command, scribe)


_ACTION_ITEMS = Verb(
    action_item.handle,
    action_item.EXAMPLE,
    "adds, lists, ticks and changes action items",
    action_item.form,
    action_item.fill,
    names=first,
    verbs=action_item.VERBS,
)
_CATCHES_UP = Verb(
    _catch_up,
    "/incident catchup",
    "says how an incident stands to those who join late: its state, the last ten events, who does what, and "
    "what is still to be done",
    more=("/incident catchup INC-7",),
)
VERBS: Verbs = {
    "start": Verb(
        start.handle,
        start.EXAMPLE,
        "declares an incident and opens a channel for it; alone it asks in a form",
        start.form,
        names=nowhere,
        takes_text=True,
        more=("/incident start here Checkout is down", "/incident start"),
    ),
    "list": Verb(
        _list,
        "/incident list",
        "lists the incidents you may see",
        only_words=frozenset({"all", "incidents"}),
    ),
    "show": Verb(
        _show, "/incident show INC-7", "shows an incident, or this channel's", more=("/incident show",)
    ),
    "catchup": _CATCHES_UP,
    "catch-up": _CATCHES_UP,
    "import": Verb(
        import_here.handle,
        IMPORT_EXAMPLE,
        "takes what was said and marked in this channel before onto the record; where no incident is open "
        "it asks before it opens one",
        names=first,
        takes_text=True,
        more=(
            "/incident import Checkout was slow since 2026-11-20 09:30",
            "/incident import INC-7 since 14:00",
        ),
    ),
    "task": _ACTION_ITEMS,
    "tasks": _ACTION_ITEMS,
    "action": _ACTION_ITEMS,
    "actions": _ACTION_ITEMS,
    "reopen": resolve.REOPEN,
    "cancel": resolve.CANCEL,
    "similar": Verb(
        search.handle_similar,
        search.SIMILAR_EXAMPLE,
        "finds earlier incidents like this channel's",
        takes_text=True,
    ),
    "milestone": Verb(
        milestone.handle,
        milestone.EXAMPLE,
        "says when it was detected, acknowledged, identified, mitigated; alone it shows what is known",
        milestone.form,
        milestone.fill,
        more=("/incident milestone", "/incident milestone set", "/incident milestone clear detected"),
    ),
    "update": Verb(
        update.handle,
        update.EXAMPLE,
        "tells everybody how the incident goes on; alone it asks in a form; `--public` shows in a form what "
        "people outside would read on the status page, and posts it when you press",
        update.form,
        update.fill,
        names=first,
        takes_text=True,
        needs_form=lambda text: public_words(text) is not None,
        instead=update.instead,
        more=(
            "/incident update",
            "/incident update INC-7 Rolled back, watching the error rate",
            PUBLIC_EXAMPLE,
        ),
    ),
    **facts.VERBS,
    "": Verb(_alone, "/incident help", "says everything there is to say", helps=helps),
    "resolve": resolve.verb("/incident resolve"),
    "timeline": Verb(
        timeline.handle,
        "/incident timeline add 14:05 Rolled back",
        "shows the timeline, adds to it, corrects it",
        names=first,
        verbs=timeline.VERBS,
    ),
    "postmortem": Verb(
        postmortem.handle,
        "/incident postmortem draft",
        "takes the post-mortem to its end",
        postmortem.form,
        names=first,
        verbs=postmortem.VERBS,
    ),
}
_COMMANDS: Verbs = {
    "/incident": Verb(_alone, "/incident help", "says everything there is to say", verbs=VERBS),
    "/timeline": VERBS["timeline"],
    "/resolve": resolve.verb("/resolve"),
    "/postmortem": VERBS["postmortem"],
}
"""What people can say in Slack, for the help."""
