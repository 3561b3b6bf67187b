"""What the channel reads about a change: who is called by name, who by a mention, and what is not told."""

from __future__ import annotations

import pytest

from bot.slack.blocks.changed import ShownActionItem, changed
from bot.text.mrkdwn import KnownNames
from sandbox.blocks import checked_content

ANA, BEN, CLEO = "U0ANA", "U0BEN", "U0CLEO"
NAMES = KnownNames(people={ANA: "Ana", BEN: "Ben", CLEO: "Cleo"})
ITEMS = {
    2: ShownActionItem("Ask <!channel> and <@U0CLEO> about the index", "2023-09-15"),
    3: ShownActionItem("", None),
}
QUARTER_PAST = "2023-09-10T14:15:00+00:00"
SHOWN = "<!date^1694355300^{date_short_pretty} {time}|2023-09-10 14:15 UTC>"


@pytest.mark.parametrize(
    ("what", "old", "new", "said"),
    [
        ("severity", None, "SEV2", "severity *SEV2*, set by @Ana."),
        ("severity", "SEV2", "SEV1", "severity *SEV1* (was SEV2), set by @Ana."),
        ("stage", "investigating", "fixing <it>", "now *fixing &lt;it&gt;* (was investigating), said @Ana."),
        ("zone", None, "Europe/Berlin", "the post-mortem's times are shown in Europe/Berlin, set by @Ana."),
        ("role:commander", None, BEN, "<@U0BEN> is commander now, said @Ana."),
        ("role:commander", CLEO, BEN, "<@U0BEN> is commander now, in place of @Cleo, said @Ana."),
        ("role:commander", None, ANA, "@Ana is commander now."),
        ("role:commander", BEN, None, "@Ben is no longer commander; nobody is. Said by @Ana."),
        ("milestone:impact_started", None, QUARTER_PAST, f"impact started {SHOWN}, stated by @Ana."),
        (
            "milestone:detected",
            QUARTER_PAST,
            None,
            f"detected is unknown again; it said {SHOWN}. Taken back by @Ana.",
        ),
        (
            "task:2:owner_id",
            None,
            BEN,
            "<@U0BEN> has action item 2, said @Ana: Ask @channel and @Cleo about the index · due 2023-09-15",
        ),
        ("task:3:owner_id", CLEO, ANA, "@Ana has action item 3, in place of @Cleo"),
        ("task:3:owner_id", CLEO, None, "action item 3 has no owner any more; it was @Cleo's."),
        ("task:3:state", "open", "dropped", "action item 3 was dropped by @Ana"),
        (
            "task:2:state",
            "dropped",
            "open",
            "action item 2 is open again, said @Ana: Ask @channel and @Cleo about the index",
        ),
        (
            "status",
            "resolved",
            "open",
            "open again, said @Ana; it was resolved. `/resolve` ends it.",
        ),
        (
            "status",
            "open",
            "cancelled",
            "cancelled by @Ana: it was declared by mistake. It is kept, and in no list and no search; "
            "`/incident reopen` undoes this.",
        ),
        (
            "status",
            "cancelled",
            "resolved",
            "no longer cancelled, said @Ana: it is resolved, as before. `/incident reopen` opens it again.",
        ),
        (
            "title",
            "Slow <!here>",
            "Down, says <@U0BEN>",
            "now called *Down, says @Ben* (before: Slow @here), said @Ana.",
        ),
        ("conclusion", None, "A leak", "concluded anew by @Ana: A leak"),
        ("conclusion", "A leak", "Cold", "concluded anew by @Ana: Cold\nBefore: A leak"),
        (
            "timeline:3",
            "on the timeline",
            "removed",
            "event 3 was taken off the timeline by @Ana. `/timeline restore 3` puts it back.",
        ),
        ("timeline:3", "removed", "on the timeline", "event 3 was put back onto the timeline by @Ana."),
        (
            "postmortem",
            "published",
            "draft",
            "the post-mortem is a draft again, said @Ana. `/postmortem publish` publishes it again; "
            "the text published before is kept.",
        ),
        ("postmortem_owner", ANA, BEN, "<@U0BEN> owns the post-mortem now, said @Ana."),
    ],
)
def test_a_change_is_told_and_calls_nobody_but_whom_it_concerns(
    what: str, old: str | None, new: str | None, said: str
) -> None:
    surface = changed(7, [(what, old, new, ANA)], NAMES, ITEMS)

    assert surface is not None
    assert surface.text == f"INC-7: {said}"
    checked_content({"text": surface.text, "blocks": list(surface.blocks)})


def test_what_was_changed_at_once_is_one_message_and_what_is_not_told_is_left_out() -> None:
    made = [
        ("severity", None, "SEV2", ANA),
        ("task:2:priority", None, "p1", ANA),
        ("duration:impact", None, "2 h", ANA),
    ]
    one = changed(7, made, NAMES, {})
    two = changed(7, [*made, ("role:scribe", None, BEN, ANA)], NAMES, {})

    assert one is not None
    assert one.text == "INC-7: severity *SEV2*, set by @Ana."
    assert two is not None
    assert two.text == "INC-7:\nseverity *SEV2*, set by @Ana.\n<@U0BEN> is scribe now, said @Ana."
    assert changed(7, made[1:], NAMES, {}) is None


def test_words_of_people_are_inert() -> None:
    surface = changed(7, [("severity", None, "<!here> & co", ANA)], NAMES, {})

    assert surface is not None
    assert "<!here>" not in surface.text
