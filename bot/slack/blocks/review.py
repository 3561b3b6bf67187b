"""A post-mortem on its way: asking for a review, and answering how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents.channels import Place
from bot.incidents.views.pages import PageView
from bot.incidents.views.postmortem import PostmortemStatus, PublicationView
from bot.slack.blocks import (
    LONGEST_SECTION,
    Block,
    Surface,
    actions,
    button,
    context,
    fields,
    section,
    shortened_mrkdwn,
)
from bot.slack.blocks.carried import packed
from bot.slack.blocks.checkpoint import ASK_ACTION
from bot.slack.blocks.pages import lines as page_lines
from bot.slack.blocks.pages import stay
from bot.slack.blocks.review_meeting import cancel_button, plan_button
from bot.text.moments import shown
from bot.text.nobody import mention
from storage.vocabulary import PostmortemState

REVIEWED_ACTION = "postmortem_reviewed"


@dataclass(frozen=True)
class Requested:
    """Who is asked by the message whose button is pressed."""

    user_id: str


def review_asked(number: int, user_id: str, asked_by: str, link: str | None) -> Surface:
    """One person is asked, where everybody of the incident can read it."""
    where = f"<{link}|post-mortem of INC-{number}>" if link else f"post-mortem of INC-{number}"
    text = f"<@{user_id}>, <@{asked_by}> asks you to review the {where}."
    reviewed_button = button(REVIEWED_ACTION, "I have reviewed it", packed(number, Requested(user_id)))
    return Surface(
        f"<@{user_id}>, <@{asked_by}> asks you to review the post-mortem of INC-{number}.",
        [section(f":eyes: {text}"), actions([reviewed_button])],
    )


def reviewed(number: int, user_id: str, at: datetime, link: str | None) -> Surface:
    """The same message once they have."""
    where = f"<{link}|post-mortem of INC-{number}>" if link else f"post-mortem of INC-{number}"
    text = f"{mention(user_id)} has reviewed the {where}, {shown(at)}."
    return Surface(
        f"{mention(user_id)} has reviewed the post-mortem of INC-{number}.", [section(f":eyes: {text}")]
    )


def thanks(number: int) -> str:
    return f"Thank you: your review of INC-{number}'s post-mortem is noted."


def review_answer(number: int, asked: Sequence[str], waiting: Sequence[str], place: Place) -> str:
    """The answer to `/postmortem review`: who is told now, and who was asked before."""
    told = f"{_people(asked)} will be asked in {place.called} to review it." if asked else ""
    if asked and not place.is_reachable:
        told = f"I can't write in {place.called} any more, so please tell {_people(asked)} yourself."
    before = f"{_people(waiting)} {'was' if len(waiting) == 1 else 'were'} asked already." if waiting else ""
    said = " ".join(part for part in (told, before) if part)
    return (
        f"INC-{number}'s post-mortem is in review. {said} `/postmortem publish INC-{number}` when it is done."
    )


def owned(number: int, user_id: str) -> str:
    return f"{mention(user_id)} now owns INC-{number}'s post-mortem and will be reminded to finish it."


def reopened(number: int, pages: Sequence[PageView] = ()) -> str:
    """The answer to `/postmortem reopen`; `pages` are those that stand outside Slack."""
    titles = [one.title for one in pages if one.written]
    said = (
        f"INC-{number}'s post-mortem is a draft again. Edit it, or compile it anew with "
        f"`/postmortem draft INC-{number}`; then `/postmortem publish INC-{number}`."
    )
    return f"{said} {stay(titles)}" if titles else said


def reading_for_notes(number: int) -> str:
    """The answer to `/postmortem notes`, before they come."""
    return f"I am reading INC-{number}'s post-mortem; my notes follow here, for you alone."


def publishing(number: int, unreviewed: Sequence[str], place: Place) -> str:
    """The answer to `/postmortem publish`."""
    said = f"I am publishing INC-{number}'s post-mortem; the summary follows in {place.called}."
    if not place.is_reachable:
        said = (
            f"I am publishing INC-{number}'s post-mortem. I can't write in {place.called} any more, so "
            f"nothing is posted there; `/postmortem status INC-{number}` shows how it stands."
        )
    if unreviewed:
        said += f" It was not reviewed yet by {_people(unreviewed)}."
    return said


def status(facts: PostmortemStatus) -> Surface:
    """How far a post-mortem is and what is missing."""
    state = facts.state.replace("_", " ")
    head = f"*Post-mortem of INC-{facts.number}*: {state}"
    if facts.draft_link:
        head = f"*<{facts.draft_link}|Post-mortem of INC-{facts.number}>*: {state}"
    if facts.published_at:
        head += f" {shown(facts.published_at)}"
    owner = mention(facts.owner_id) if facts.owner_id else "nobody"
    due = f"{shown(facts.due_at)}{' (late)' if facts.is_late else ''}" if facts.due_at else "not set"
    people = ", ".join(
        f"{mention(one.user_id)} ({'reviewed' if one.reviewed_at else 'asked'})" for one in facts.reviewers
    )
    blocks: list[Block] = [
        section(head),
        fields(f"*Owner*\n{owner}", f"*Due*\n{due}"),
        section(shortened_mrkdwn(f"*Reviewers*: {people or 'nobody yet'}", LONGEST_SECTION)),
    ]
    if facts.meeting_at:
        blocks.append(
            section(f"*Review meeting*: {shown(facts.meeting_at)}, for {facts.meeting_minutes} minutes")
        )
    if facts.publications:
        lines = "\n".join(_publication(one) for one in facts.publications)
        blocks.append(section(shortened_mrkdwn(f"*Published before*\n{lines}", LONGEST_SECTION)))
    if facts.pages:
        elsewhere = "\n".join(page_lines(facts.pages))
        blocks.append(section(shortened_mrkdwn(f"*Outside Slack*\n{elsewhere}", LONGEST_SECTION)))
    if facts.missing:
        lines = "\n".join(f"• {sentence}" for sentence in facts.missing)
        blocks.append(section(shortened_mrkdwn(f"*Missing*\n{lines}", LONGEST_SECTION)))
    else:
        blocks.append(context("Nothing is missing."))
    buttons = [plan_button(facts.number)]
    if facts.meeting_at:
        buttons.append(cancel_button(facts.number, facts.meeting_sequence))
    if facts.state != PostmortemState.PUBLISHED:
        buttons.insert(0, button(ASK_ACTION, "What the draft lacks…", packed(facts.number)))
    blocks.append(actions(buttons))
    return Surface(f"Post-mortem of INC-{facts.number}: {state}", blocks)


def _publication(one: PublicationView) -> str:
    said = f"• version {one.version} by {mention(one.published_by)}, {shown(one.published_at)}"
    if one.reopened_at:
        by = mention(one.reopened_by) if one.reopened_by else "somebody"
        said += f"; reopened by {by}, {shown(one.reopened_at)}"
    return said


def _people(user_ids: Sequence[str]) -> str:
    named = [mention(user_id) for user_id in user_ids]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
