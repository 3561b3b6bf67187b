"""What is said of published post-mortems that stand outside Slack as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.incidents.views.pages import PageView
from bot.slack.blocks import Surface, actions, button, section
from bot.slack.blocks.carried import packed
from bot.text.nobody import mention
from bot.text.of_programs import inert_words
from bot.text.slack_text import escape, link
from storage.vocabulary import PageState

OVERWRITE_ACTION, LEAVE_ACTION = "page_overwrite", "page_leave"
LONGEST_WHO = 80
LONGEST_WHY = 200


@dataclass(frozen=True)
class PageRef:
    """The page a button is about, and the version by people that stood there when it was asked."""

    page_id: int
    version: str


def made(number: int, page: PageView, lacks: str | None = None) -> Surface:
    """It stands there for the first time; `lacks` is why the host did not take the picture."""
    text = f"The post-mortem of INC-{number} stands in {linked(page)} now."
    if lacks is not None:
        text += f" It lacks the timeline's picture{_because(page, lacks)}."
    return Surface(text, [section(f":link: {text}")])


def unpictured(number: int, page: PageView, lacks: str) -> Surface:
    """It was written again, and the host did not take the picture."""
    text = f"The page of INC-{number} in {linked(page)} lacks the timeline's picture{_because(page, lacks)}."
    return Surface(text, [section(f":frame_with_picture: {text}")])


def _because(page: PageView, said: str) -> str:
    return f": {escape(page.title)} says “{inert_words(said, LONGEST_WHY)}”" if said else ""


def withheld(number: int, page: PageView, because: str) -> Surface:
    """It was not sent; `because` says what became true between publishing and sending."""
    text = (
        f"The post-mortem of INC-{number} did not go to {escape(page.title)}: {because} since it was "
        f"published. To send it all the same, `/postmortem reopen INC-{number}`, publish again, and say so."
    )
    return Surface(text, [section(f":lock: {text}")])


def edited(number: int, page: PageView, asked: PageRef, who: str | None) -> Surface:
    """People changed what Scribe wrote, or deleted it: what becomes of it?"""
    what, label = _changed(page, asked, who), "Overwrite" if asked.version else "Make it again"
    text = (
        f"The post-mortem of INC-{number} is published as version {page.publication}, but {what}, so nothing "
        "was written there."
    )
    if asked.version:
        text += " Overwriting replaces what they wrote; the host keeps its history."
    value = packed(number, asked)
    overwrite = {**button(OVERWRITE_ACTION, label, value)}
    if asked.version:
        overwrite["style"] = "danger"
    return Surface(
        f"INC-{number}: the page in {escape(page.title)} was changed by people.",
        [section(f":pencil2: {text}"), actions([overwrite, button(LEAVE_ACTION, "Leave it", value)])],
    )


def _changed(page: PageView, asked: PageRef, who: str | None) -> str:
    by = inert_words(who, LONGEST_WHO) if who else "somebody"
    if not asked.version:
        return f"its page in {escape(page.title)} was deleted there"
    return f"{by} edited its page in {linked(page)} since Scribe wrote it"


def decided(number: int, page: PageView) -> Surface:
    """The same message once somebody has chosen."""
    by = mention(page.decided_by) if page.decided_by else "somebody"
    if page.state == PageState.LEFT:
        text = f"The page of INC-{number} in {linked(page)} stays as people made it, as {by} chose."
    elif page.state == PageState.ASKED:
        text = (
            f"The page of INC-{number} in {linked(page)} is being written as version {page.publication} of "
            f"its post-mortem, as {by} chose."
        )
    else:
        text = f"The page of INC-{number} in {linked(page)} is version {page.written} of its post-mortem."
    return Surface(text, [section(text)])


def lines(pages: Sequence[PageView]) -> list[str]:
    """How each stands, for the post-mortem's status; inert mrkdwn."""
    return [f"• {linked(page)}: {_standing(page)}" for page in pages]


def _standing(page: PageView) -> str:
    has = f"version {page.written}" if page.written else "nothing"
    match page.state:
        case PageState.WRITTEN:
            return has
        case PageState.ASKED:
            return f"version {page.publication} is on its way" + (f"; {has} there" if page.written else "")
        case PageState.EDITED:
            return f"people changed it, and version {page.publication} waits until somebody decides"
        case PageState.LEFT:
            by = mention(page.decided_by) if page.decided_by else "somebody"
            return f"left as people made it, by {by}"
        case PageState.WITHHELD:
            return f"version {page.publication} was not sent" + (f"; {has} stays" if page.written else "")


def going_out(titles: Sequence[str], because: str | None) -> str:
    """Before publishing: where it goes besides Slack, or that it stays inside, and `because` of what."""
    named = escape(" and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles))
    if because:
        return f"It does not go to {named} by itself, because {because}."
    return f"It goes to {named} as well."


def stay(titles: Sequence[str]) -> str:
    """A sentence after reopening: the pages are not taken back."""
    named = escape(", ".join(titles))
    return f"What stands in {named} stays there as it was published, until it is published again."


def linked(page: PageView) -> str:
    """The host's name, leading to the page where it has an address."""
    return link(page.title, page.url) if page.url else escape(page.title)
