"""The form of an event of the timeline: it closes only after what was changed in it is on the record."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.timeline import EditEvent, StandingEvent, edit_event, shown_in_list
from bot.incidents.errors import ScribeError
from bot.incidents.vocabulary import EventKind
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, on_submit
from bot.listeners.moments import moment_of
from bot.listeners.scribe import Scribe
from bot.slack.blocks.answers import edited
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.event_form import FORM, KIND, TEXT, TIME, Origin, changed
from bot.slack.names import names_in
from bot.slack.showing.timeline import shown_text
from bot.text.form_text import encoded
from bot.text.when import UnreadableTime

NO_WORDS = "An event needs words. To take it off the timeline, choose that in its row's menu."


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, FORM, partial(_edit, scribe=scribe), lambda _: TEXT)


async def _edit(body: Body, scribe: Scribe) -> None:
    number, origin = subject_in(body["view"]["private_metadata"], Origin)
    fields = changed(body["view"]["state"]["values"], origin)
    if not fields:
        return
    if fields.get(TEXT) == "":
        raise FieldsUnread({TEXT: NO_WORDS})
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    incident = await scribe.work.incident(actor, number, even_cancelled=False)
    try:
        moment = await moment_of(fields[TIME], actor.user_id, scribe) if fields.get(TIME) else None
    except (ScribeError, UnreadableTime) as problem:
        raise FieldsUnread({TIME: problem.sentence}) from problem
    text = encoded(fields.get(TEXT, ""))
    await names_in(scribe.directory, [text], asks_slack=False)  # the answer waits for none

    async def answer(stands: StandingEvent) -> str:
        text = await shown_text(scribe, stands, waits=False)
        return edited(number, stands.event, stands.occurred_at, text)

    work = scribe.work.answering(shown_in_list(actor, incident.pk, origin.rows, answer))
    kind = EventKind(fields[KIND]) if fields.get(KIND) else None
    await edit_event(work, actor, EditEvent(origin.event, text, moment, number, kind))
