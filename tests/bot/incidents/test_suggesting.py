"""Which unmarked messages are suggested for the timeline: what counts, what does not, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import said_at, ts_of
from bot.incidents.suggesting import Candidate, Surroundings, ranked, reasons_for

START = "1694354400.000100"


def ts(second: int) -> str:
    return ts_of(said_at(START) + timedelta(seconds=second))


def score(text: str, around: Surroundings | None = None, **more: object) -> float:
    one = Candidate(ts(0), text, **more)  # type: ignore[arg-type]
    return sum(reason.worth for reason in reasons_for(one, around or Surroundings()))


def whys(text: str, around: Surroundings | None = None, **more: object) -> list[str]:
    one = Candidate(ts(0), text, **more)  # type: ignore[arg-type]
    return [reason.why for reason in reasons_for(one, around or Surroundings())]


def is_suggested(text: str, **more: object) -> bool:
    return bool(ranked([Candidate(ts(0), text, **more)], Surroundings()))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Rolled back to 1.4", "an action (“rolled back”)"),
        ("restarted all the workers", "an action (“restarted”)"),
        ("We scaled checkout to twice its size", "an action (“scaled”)"),
        ("failed over to eu-west", "an action (“failed over”)"),
        ("Reverted the config change, see PR", "an action (“reverted”)"),
        ("Deploy of the new feature commenced", "an action (“deploy”)"),
        ("Checkout has recovered", "how things stand (“recovered”)"),
        ("the pods are in a crash loop", "how things stand (“crash loop”)"),
        ("Error rate is 34% in the US", "a number with a unit (“34%”)"),
        ("Redis holds 12.5 GB", "a number with a unit (“12.5 gb”)"),
        ("checkout answers with 503s", "a number with a unit (“503s”)"),
        ("The root cause is a missing index", "a finding"),
        ("Escalated to the database team", "somebody told, called in or deciding"),
        ("the queue has been blocked since 14:05", "a time of day"),
    ],
)
def test_each_cue_of_the_words_is_told(text: str, why: str) -> None:
    assert why in whys(text)
    assert score(text) > score("ok, thanks")


@pytest.mark.parametrize(
    "text",
    [
        "should we restart the workers?",
        "did the rollback help?",
        "can you check whether it was restarted",
        "I'll roll back in 5 minutes if it doesn't recover",
        "maybe the failover made it worse",
        "is that 30% of all traffic",
        "haha restarted it with feelings",
        "give me 5 minutes",
        "&gt; Rolled back to 1.4\nok",
        "see <https://ci.example/deployed/restarted/5%>",
        "looking",
        "ok",
        "",
        "thanks everyone :tada:",
    ],
)
def test_what_asks_plans_quotes_or_chats_is_not_suggested(text: str) -> None:
    assert not is_suggested(text)


def test_a_question_behind_a_statement_takes_nothing_from_it() -> None:
    assert score("Rolled back to 1.4. Can somebody verify?") == score("Rolled back to 1.4.")


def test_replies_and_reactions_count_and_less_below_a_question() -> None:
    plain = score("the checkout graph of the last hour")
    some, many = (score("the checkout graph of the last hour", replies=count) for count in (2, 6))

    assert plain < some < many
    assert score("the checkout graph of the last hour", reactions=6) == many
    assert "6 replies" in whys("Rolled back", replies=6)
    assert "3 reactions" in whys("Rolled back", reactions=3)
    assert score("what changed?", replies=6) < some


def test_an_image_counts_also_without_words() -> None:
    assert is_suggested("", has_image=True)
    assert whys("", has_image=True) == ["an image"]


def test_alerts_of_apps_count_and_their_reminders_do_not() -> None:
    assert whys("[FIRING] checkout", app="Grafana") == ["an alert"]
    assert is_suggested("[FIRING] checkout", app="Grafana")
    assert not is_suggested("[FIRING] checkout")
    assert not is_suggested("Stand-up is at the usual place", app="Reminders")


def test_of_what_an_app_repeats_the_first_is_suggested_until_it_is_answered() -> None:
    alerts = [
        Candidate(ts(60 * number), f"Alert: errors at {30 + number}%", app="Grafana") for number in range(5)
    ]
    answered = Candidate(ts(0), alerts[0].text, app="Grafana", is_answered=True)
    other = Candidate(ts(400), "Alert: errors at 30%", app="Sentry")

    assert [one.ts for one in ranked([*alerts, other], Surroundings())] == [ts(0), ts(400)]
    assert [one.ts for one in ranked([answered, *alerts[1:], other], Surroundings())] == [ts(400)]


def test_the_first_words_of_a_commander_and_a_milestone_near_by_count() -> None:
    text = "the picture so far: checkout and search"
    around = Surroundings(
        milestones={"mitigated": said_at(ts(90)), "resolved": said_at(ts(3600))}, first_words={ts(0)}
    )
    far = Surroundings(milestones={"mitigated": said_at(ts(121))})
    evidence = Surroundings(milestones={"detected": said_at(ts(0))}, evidence={ts(0): "detected"})

    assert whys(text, around) == ["first words of the commander", "said near “mitigated”"]
    assert whys(text, far) == []
    assert whys(text, evidence) == ["“detected” rests on it"]


def test_the_order_of_a_channel() -> None:
    """From the surest event to the least sure, and the talk between them not at all."""
    said = [
        "Rolled back checkout to 1.4, error rate is down from 30% to 2%",
        "Restarted the workers at 14:05",
        "Search has recovered",
        "Found the slow query in the log",
        "what is the error rate now?",
        "ok",
        "I think we should fail over",
        "brb, 5 minutes",
    ]
    candidates = [Candidate(ts(number), text) for number, text in enumerate(reversed(said))]

    found = [one.ts for one in ranked(candidates, Surroundings())]

    assert [next(one.text for one in candidates if one.ts == each) for each in found] == said[:4]


WORDS = st.lists(
    st.sampled_from(["rolled back", "restarted", "ok", "34%", "why", "?", "the cause", "14:05", "\n", "&gt;"])
).map(" ".join)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        ts=st.integers(0, 10_000).map(ts),
        text=WORDS | st.text(),
        app=st.sampled_from([None, None, "Grafana"]),
        replies=st.integers(0, 9),
        reactions=st.integers(0, 9),
        has_image=st.booleans(),
        is_answered=st.booleans(),
    ),
    unique_by=lambda one: one.ts,
    max_size=30,
)
AROUND = st.builds(
    Surroundings,
    milestones=st.dictionaries(
        st.sampled_from(["detected", "mitigated"]), st.integers(0, 10_000).map(ts).map(said_at)
    ),
    evidence=st.dictionaries(st.integers(0, 10_000).map(ts), st.just("detected"), max_size=2),
    first_words=st.frozensets(st.integers(0, 10_000).map(ts), max_size=2),
)


@given(CANDIDATES, AROUND, st.randoms())
def test_the_order_of_the_messages_changes_nothing_and_what_is_answered_is_never_suggested(
    candidates: list[Candidate], around: Surroundings, random: object
) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    found = ranked(candidates, around)

    assert ranked(shuffled, around) == found
    assert not {one.ts for one in found} & {one.ts for one in candidates if one.is_answered}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.reasons for one in found)
    assert all("<" not in reason.why and ">" not in reason.why for one in found for reason in one.reasons)
