"""A document for people outside holds what was marked for them, and names nobody."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot import templates
from bot.postmortem.compose import compose
from bot.postmortem.document import Document
from bot.postmortem.facts import Facts, Quote
from bot.postmortem.render import canvas, html, json_document, markdown_file
from bot.text.mrkdwn import KnownNames, read
from storage.vocabulary import MarkSection
from tests.bot.postmortem.conftest import entry, said
from tests.bot.postmortem.full import filled
from tests.bot.postmortem.shown import thread_texts

READ = partial(read, names=KnownNames(people={"U1": "Ana"}))
DOWN = said("Payments failed for 4% of carts. Ana saw it first.", "Chen", "14:05")
WHY = said("A release was faulty, thanks <@U1> and <#C1|ops>!", "Bob Marsh", "14:50")
BACK = said(
    "Bob Marsh rolled it back: <https://ci.acme.dev/run_7|the run> and https://ci.acme.dev/8", "Chen", "15:16"
)
GONE = said("We lost money.", "Ana", "15:20", is_deleted=True)
INTERNAL = ("Ana", "Bob", "Chen", "acme", "https://", "http://", "SEV2", "INC-1", "Checkout", "ops", "14:00")


def customers(facts: Facts, *public: Quote) -> Document:
    marked = {
        **facts.marked,
        MarkSection.PUBLIC: public,
        MarkSection.IMPACT: (*facts.marked[MarkSection.IMPACT], DOWN),
        MarkSection.ROOT_CAUSE: (WHY, *facts.marked[MarkSection.ROOT_CAUSE]),
    }
    known = replace(facts, marked=marked, ended_by=BACK)
    return compose(known, templates.load("customer"), READ)


def test_only_what_was_marked_for_them_stands_in_it(facts: Facts) -> None:
    document = customers(filled(facts), DOWN, WHY, BACK, GONE)
    assert markdown_file.render(document) == (
        "# Service incident\n"
        "\n"
        "2023-09-10 · ended\n"
        "\n"
        "- **Impact:** Payments failed for 4% of carts.\n"
        "- **Cause:** A release was faulty, thanks @a colleague and a channel!\n"
        "- **Ended by:** a colleague rolled it back: the run and (link)\n"
    ).replace("@a colleague", "a colleague") + (
        "\n"
        "## What happened\n"
        "\n"
        "| Time (UTC) | What happened |\n"
        "| --- | --- |\n"
        "| 14:05 | Payments failed for 4% of carts. a colleague saw it first. |\n"
        "| 14:50 | A release was faulty, thanks a colleague and a channel! |\n"
        "| 15:16 | a colleague rolled it back: the run and (link) |\n"
        "\n"
        "## Impact\n"
        "\n"
        "- Payments failed for 4% of carts. a colleague saw it first.\n"
        "\n"
        "## What we do about it\n"
    )


def test_nobody_is_named_in_any_rendering(facts: Facts) -> None:
    document = customers(filled(facts), DOWN, WHY, BACK)
    for text in (
        canvas.render(document),
        markdown_file.render(document),
        "".join(thread_texts(document)),
        html.render(document).partition("<body>")[2],
        json_document.render(document),
    ):
        assert [words for words in INTERNAL if words in text] == []


def test_without_such_marks_nothing_is_told(facts: Facts) -> None:
    assert markdown_file.render(customers(filled(facts))) == (
        "# Service incident\n\nended\n\n## What happened\n\n## Impact\n\n## What we do about it\n"
    )


def test_the_time_is_that_of_the_event(facts: Facts) -> None:
    corrected = replace(facts, timeline=(entry("13:55", DOWN),))
    assert "| 13:55 | Payments failed" in markdown_file.render(customers(corrected, DOWN))
