"""What is said inside of posts that people outside read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incidents.vocabulary import PublicState
from bot.slack.blocks import LONGEST_SECTION, Surface, actions, button, section, shortened_mrkdwn
from bot.slack.blocks.carried import packed
from bot.slack.blocks.public_form import FORM_ACTION, STATES
from bot.text.slack_text import defused, escape, link


def asked_answer(number: int, titles: Sequence[str], *, is_update: bool) -> str:
    """To who pressed, at once."""
    where = escape(" and ".join(titles))
    inside = " People inside are told as well." if is_update else ""
    return f"The public post of INC-{number} is on its way to {where}; its link follows.{inside}"


def posted_answer(number: int, title: str, url: str) -> str:
    """To who pressed, once it stands there."""
    return f"The public post of INC-{number} stands on {link(title, url)}."


def not_posted_answer(number: int, title: str, why: str) -> str:
    """To who pressed, where it was refused for good; `why` is a sentence without its full stop."""
    return (
        f"The public post of INC-{number} is not on {escape(title)}: {escape(why)}. Once that is mended say "
        f"`/incident update INC-{number} --public` again."
    )


def public_post(
    number: int, by: str, title: str, url: str, state: PublicState, text: str, *, notifies: bool
) -> Surface:
    """To the channel: what people outside read now. `by` is inert, `text` plain."""
    lead = f"INC-{number}: {by} posted on {link(title, url)} ({STATES[state].lower()})"
    told = ", and its subscribers were notified" if notifies else ""
    words = escape(defused(text))
    return Surface(
        shortened_mrkdwn(f"{lead}: {words}", LONGEST_SECTION),
        [section(f":mega: {lead}{told}:"), section(shortened_mrkdwn(words, LONGEST_SECTION))],
    )


def closing_offer(
    number: int, shown: Sequence[tuple[str, str, PublicState]], *, is_cancelled: bool
) -> Surface:
    """To the channel of an incident that is over: `shown` are titles, links and states of pages."""
    says = " and ".join(f"{link(title, url)} says {STATES[state].lower()}" for title, url, state in shown)
    over = "was cancelled" if is_cancelled else "is resolved"
    text = f"INC-{number} {over}, and {says}. People outside should read that it is over."
    press = button(FORM_ACTION, "Write the closing post…", packed(number))
    return Surface(text, [section(f":mega: {text}"), actions([press])])
