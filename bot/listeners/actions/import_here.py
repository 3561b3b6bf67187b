"""The button below the question whether to open an incident for what was said in a channel before."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.declare import Declaration
from bot.incidents.errors import ScribeError
from bot.incidents.import_here import import_here, kept_here, title_for
from bot.listeners.about import caller_of
from bot.listeners.actions.button import Body, key_of, on_press, presser, value_of
from bot.listeners.attempt import once_transaction
from bot.listeners.commands.import_here import EXAMPLE, importing
from bot.listeners.scribe import Scribe
from bot.slack.blocks.import_question import ACTION, Asked, open_already
from storage import deliveries
from storage.deliveries import AlreadyDone


class OpenedBefore(ScribeError):
    def __init__(self) -> None:
        super().__init__(
            "That was done before, and is done once. `/incident show` shows this channel's incident; "
            f"to read more of the channel say it again, for example `{EXAMPLE}`."
        )


class AskedElsewhere(ScribeError):
    def __init__(self) -> None:
        super().__init__(f"That was asked in another channel. Say it there, for example `{EXAMPLE}`.")


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_press(app, ACTION, partial(_import, scribe=scribe), partial(_show, scribe=scribe))


async def _import(body: Body, scribe: Scribe) -> None:
    """Open and import, once for each question; where an incident is open by now, it is that one that reads.

    Raises:
        OursAlone, PeopleAlone: it is not this person's to do.
        OpenedBefore: this question was answered before.
    """
    asked = Asked.unpacked(value_of(body))
    caller = caller_of(body)
    await scribe.permission.check_person(caller)
    if caller.channel_id != asked.channel_id:
        raise AskedElsewhere  # who is in a channel may declare an incident there
    declaration = _declaration(asked, presser(body), scribe, str(body.get("response_url") or ""))
    async with once_transaction(key_of(body), scribe) as session:
        now = scribe.clock.now()
        try:
            await deliveries.note(session, f"import:{asked.trigger_id}", now)
        except AlreadyDone as before:
            raise OpenedBefore from before
        prefix = scribe.settings.incident_channel_prefix
        await import_here(session, declaration, asked.since, now=now, prefix=prefix)


async def _show(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    asked = Asked.unpacked(value_of(body))
    async with scribe.database.read() as session:
        incident = await kept_here(session, scribe.workspace.team_id, asked.channel_id)
    assert incident is not None, "the press has opened one"
    mine = _declaration(asked, presser(body), scribe, "")
    is_new = (incident.declared_by, incident.title) == (mine.user_id, mine.title)
    text = await importing(incident, asked.since, scribe, is_new=is_new)
    await respond(
        text=text if is_new else open_already(incident.number, text), blocks=[], replace_original=True
    )


def _declaration(asked: Asked, user_id: str, scribe: Scribe, response_url: str) -> Declaration:
    return Declaration(
        team_id=scribe.workspace.team_id,
        channel_id=asked.channel_id,
        channel_name=asked.channel_name,
        user_id=user_id,
        title=asked.title or title_for(asked.channel_id, asked.channel_name),
        is_here=True,
        response_url=response_url or None,
    )
