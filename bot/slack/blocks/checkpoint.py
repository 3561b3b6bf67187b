"""What a post-mortem lacks, with a button for each gap; and asking whether to publish it all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents.milestones import WORDS
from bot.slack.blocks import Block, Surface, actions, button, context, section, shortened, shortened_mrkdwn
from bot.slack.blocks.action_item_list import EDIT_ACTION, ItemRef
from bot.slack.blocks.carried import packed
from bot.slack.blocks.gap_form import GAP_ACTION, Asked, Field
from bot.slack.blocks.milestone_answers import FORM_ACTION, Focus
from bot.slack.blocks.pages import going_out
from bot.slack.blocks.review_meeting import plan_button
from bot.text.moments import shown
from bot.text.mrkdwn import escape
from storage.vocabulary import MilestoneKind

PUBLISH_OUT_ACTION = "postmortem_publish_out"
PUBLISH_ACTION, NOT_YET_ACTION = "postmortem_publish", "postmortem_publish_not_yet"
ASK_ACTION = "postmortem_publish_how"
NOTES_ACTION, UNMARKED_ACTION, OPEN_ACTION = "gap_notes", "gap_unmarked", "gap_open"
MOST = 20
"""Gaps that are shown at once: a message holds 50 blocks, and about 12,000 characters in all (observed)."""
LONGEST_HEADING, LONGEST_QUESTION, LONGEST_REASON = 100, 300, 150
NOUNS: Mapping[Asked, str] = {
    Asked.SEVERITY: "Nobody said how severe it was.",
    Asked.OWNER: "Nobody owns the post-mortem.",
    Asked.REVIEWERS: "Nobody was asked to review it.",
}
LABELS: Mapping[Asked, str] = {
    Asked.SEVERITY: "Set severity…",
    Asked.OWNER: "Name an owner…",
    Asked.REVIEWERS: "Ask for a review…",
}


@dataclass(frozen=True)
class Version:
    """What the button says: as which version it was to be published when this was asked."""

    version: int


def nothing_public(mark: str, link: str | None) -> Block:
    """The draft is for people outside; `mark` is the name of the emoji, `link` leads to the channel."""
    words = f"*Nothing is marked for the public*, so the draft is empty: mark what may be said with :{mark}:."
    return _opening(words, "Open the channel", link)


def empty_section(heading: str, question: str, link: str | None) -> Block:
    """A section without words; `link` leads to the draft."""
    asked = shortened_mrkdwn(escape(question), LONGEST_QUESTION)
    return _opening(
        f"*{shortened_mrkdwn(escape(heading), LONGEST_HEADING)}* is empty. {asked}", "Open the draft", link
    )


def no_milestone(number: int, kind: MilestoneKind, perhaps: datetime | None, because: str) -> Block:
    """`because` is plain text that completes "from"."""
    text = f"*{WORDS[kind].capitalize()}*: nobody said when."
    if perhaps:
        reason = shortened_mrkdwn(escape(because), LONGEST_REASON)
        text += f" Perhaps {shown(perhaps)}, from {reason}."
    return _with(text, button(FORM_ACTION, "State it…", packed(number, Focus(kind))))


def loose_item(number: int, item: int, *, has_owner: bool, has_due_day: bool) -> Block:
    lacks = [word for word, has in (("owner", has_owner), ("due date", has_due_day)) if not has]
    text = f"*Action item {item}* has no {' and no '.join(lacks)}."
    return _with(text, button(EDIT_ACTION, "Edit…", packed(number, ItemRef(item))))


def unasked(number: int, asked: Asked) -> Block:
    """What a form with one field answers."""
    return _with(NOUNS[asked], button(GAP_ACTION, LABELS[asked], packed(number, Field(asked))))


def editor_has_notes(number: int, count: int) -> Block:
    text = f"The editor has {_count(count, 'note')} on the wording, for you alone."
    return _with(text, button(NOTES_ACTION, "Show notes", packed(number)))


def may_belong(number: int, count: int) -> Block:
    """Messages that nobody marked."""
    verb = "belongs" if count == 1 else "belong"
    text = f"{_count(count, 'message')} that nobody marked perhaps {verb} on the timeline."
    return _with(text, button(UNMARKED_ACTION, "Show messages" if count > 1 else "Show it", packed(number)))


def deploys_may_belong(number: int, count: int) -> Block:
    """What was deployed in the hour before, and nobody added or dismissed."""
    verb = "belongs" if count == 1 else "belong"
    text = f"{_count(count, 'deploy')} of the hour before perhaps {verb} on the timeline."
    return _with(text, button(UNMARKED_ACTION, "Show deploys" if count > 1 else "Show it", packed(number)))


def after_resolving(number: int, link: str | None, gaps: Sequence[Block]) -> Surface:
    """To the owner, once the draft is there."""
    text = f"The post-mortem draft of INC-{number} lacks {_count(len(gaps), 'thing')}"
    head = f"The {_linked('post-mortem draft', number, link)} is yours to finish; this is for you alone."
    return Surface(
        text,
        [
            section(head),
            *_listed(number, gaps),
            actions([button(ASK_ACTION, "Publish…", packed(number)), plan_button(number)]),
        ],
    )


def publish_question(
    number: int,
    version: int,
    link: str | None,
    gaps: Sequence[Block] | None,
    *,
    is_bare: bool = False,
    is_read: bool = True,
    goes_to: Sequence[str] = (),
    kept_inside: str | None = None,
) -> Surface:
    """Before it is published; `gaps` is None where what is missing could not be found out in time.

    `goes_to` names where it goes besides Slack; `kept_inside` says why only by a button of its own.
    `is_read` is False where the canvas could not be read just now.
    """
    text = f"Publish the post-mortem of INC-{number}?"
    blocks: list[Block] = [section(f"*Publish the {_linked('post-mortem', number, link)}?*")]
    if is_bare:
        blocks.append(
            section(
                f":warning: *INC-{number} has no timeline, no cause and no action items.* "
                "What would be published says little more than that it happened."
            )
        )
    if gaps is None:
        blocks.append(
            section("I could not find out in time what is missing. Say it again to see that first.")
        )
    else:
        blocks += _listed(number, gaps) if gaps else [section("Nothing is missing.")]
    if not is_read:
        blocks.append(context("I could not read the canvas just now; what it holds is as I last read it."))
    blocks.append(context("The text that stands in the canvas is kept, and the channel is told."))
    if goes_to:
        blocks.append(context(going_out(goes_to, kept_inside)))
    blocks.append(actions(_answers(number, version, gaps, goes_to if kept_inside else ())))
    return Surface(text, blocks)


def _answers(number: int, version: int, gaps: Sequence[Block] | None, out: Sequence[str]) -> Sequence[Block]:
    """To publish it, within Slack and (`out`) beyond, and not yet."""
    label, value = "Publish" if gaps == [] else "Publish anyway", packed(number, Version(version))
    found: list[Block] = [{**button(PUBLISH_ACTION, label, value), "style": "primary"}]
    if out:
        found.append(button(PUBLISH_OUT_ACTION, shortened(f"{label}, also to {', '.join(out)}", 75), value))
    return [*found, button(NOT_YET_ACTION, "Not yet", packed(number))]


def not_published(number: int) -> str:
    """The answer to *Not yet*."""
    return f"INC-{number}'s post-mortem is not published. `/postmortem publish INC-{number}` asks again."


def _listed(number: int, gaps: Sequence[Block]) -> list[Block]:
    verb = "is" if len(gaps) == 1 else "are"
    blocks: list[Block] = [section(f"{_count(len(gaps), 'thing')} {verb} missing or unanswered:")]
    blocks += gaps[:MOST]
    if len(gaps) > MOST:
        blocks.append(context(f"and {len(gaps) - MOST} more, which follow when these are answered."))
    return blocks


def _linked(what: str, number: int, link: str | None) -> str:
    name = f"{what} of INC-{number}"
    return f"<{link}|{name}>" if link else name


def _opening(mrkdwn: str, label: str, link: str | None) -> Block:
    return _with(mrkdwn, {**button(OPEN_ACTION, label, packed(None)), "url": link} if link else None)


def _with(mrkdwn: str, accessory: Block | None) -> Block:
    return {**section(mrkdwn), "accessory": accessory} if accessory else section(mrkdwn)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("s" if count != 1 else "")
