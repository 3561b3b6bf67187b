"""The form of a public post: what it holds is posted word for word, once its press is on the record."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.public_posts import PostPublicly, PublicPostAsked, post_publicly
from bot.incidents.errors import ScribeError
from bot.incidents.status_pages.errors import NoPageChosen, PostedSince, PrivateNotSaid
from bot.incidents.status_pages.work import Words
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, View, on_submit
from bot.listeners.public_form import form_again
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.public_form import FORM, PRIVATE, TEXT, WHERE, PublicOrigin, filled
from bot.slack.blocks.public_posts import asked_answer


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, FORM, partial(_post, scribe=scribe), lambda _: TEXT)


async def _post(body: Body, scribe: Scribe) -> View | None:
    number, origin = unpacked(body["view"]["private_metadata"], PublicOrigin)
    said = filled(body["view"]["state"]["values"], origin)
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    actor = replace(actor, key=f"public:{actor.key}")  # the form of an update has the same id before it
    words = Words(
        name=said.name,
        text=said.text,
        state=said.state,
        impact=said.impact,
        pages=said.pages,
        notifies=said.notifies,
        is_private_said=said.is_private_said,
        seen=origin.seen,
    )

    async def answer(result: PublicPostAsked) -> str:
        return asked_answer(result.number, result.titles, is_update=result.is_update)

    work = scribe.work.replying(origin.response_url, f"public:{actor.key}", answer)
    request = PostPublicly(words, number, origin.is_update)
    try:
        await post_publicly(work, actor, request)
    except PostedSince as problem:
        return await form_again(scribe, actor, number, said, problem, is_update=origin.is_update)
    except ScribeError as problem:
        raise FieldsUnread({_field(problem, body): problem.sentence}) from problem
    return None


def _field(problem: ScribeError, body: Body) -> str:
    """Where to say what is wrong: at the field it is about, if the form has it."""
    about = {PrivateNotSaid: PRIVATE, NoPageChosen: WHERE}.get(type(problem), TEXT)
    shown = {block.get("block_id") for block in body["view"].get("blocks") or []}
    return about if about in shown else TEXT
