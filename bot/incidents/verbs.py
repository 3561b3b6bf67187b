"""The words commands understand, and what to say to those they don't."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.incidents.errors import UnknownVerb

LONGEST_SHOWN = 40
SHORT_WORD = 4
"""Letters of a word that is one typing mistake away from many: a sentence may well begin with it."""
LONG_WORD = 7
"""Letters from which on a word may be two typing mistakes away, and not one alone."""

BY_THE_WAY = frozenset({"please", "pls", "now", "it", "this", "the", "thanks"})
"""Words that change nothing behind any verb."""


def meaningful(text: str, besides: Collection[str] = ()) -> str:
    """The text after a verb that takes none, where it may mean something; mostly "".

    `besides`: words that only repeat what the verb does.
    """
    words = [word.strip(".,!:;") for word in text.lower().split()]
    return "" if all(not word or word in BY_THE_WAY or word in besides for word in words) else text.strip()


def unknown(said: str, command: str, examples: Mapping[str, str], text: str = "") -> UnknownVerb:
    """The answer to a word that is none of `examples`' keys; `text` is all that was said, as it was."""
    shown = said if len(said) <= LONGEST_SHOWN else said[:LONGEST_SHOWN] + "…"
    nearest = near(said, [word for word in examples if word])
    if nearest and len(text.split()) > 2 and _is_word_of_its_own(said, nearest):
        nearest = None
    first = next(example for word, example in examples.items() if word)
    return UnknownVerb(
        said=said,
        shown=f"{command} {shown}".replace("`", "'").replace("<", "").replace(">", ""),
        command=command,
        text=text,
        nearest=nearest,
        example=examples[nearest] if nearest else first,
    )


def _is_word_of_its_own(said: str, nearest: str) -> bool:
    """Whether it may well begin a sentence, as `Slow and broken` does, and is no slip for `show`."""
    is_slip = len(said) != len(nearest) or sorted(said) == sorted(nearest)
    return len(said) <= SHORT_WORD and not is_slip


def near(said: str, known: Collection[str]) -> str | None:
    """The known word that was meant: one or two typing mistakes away; None where none is so near.

    A mistake is a letter too many, one missing, another one, or two the wrong way round. Two of them are as
    many as a long word has room for, and the first letter is mostly right.
    """
    best: tuple[int, str] | None = None
    for word in known:
        shorter = min(len(said), len(word))
        most = 2 if shorter > SHORT_WORD and max(len(said), len(word)) >= LONG_WORD else 1
        is_whole = shorter > 2 or (shorter == 2 and len(said) != len(word) and said[0] == word[0])
        if not is_whole or abs(len(said) - len(word)) > most:
            continue
        mistakes = distance(said, word)
        is_near = mistakes <= most and (mistakes < 2 or said[0] == word[0])
        if is_near and (best is None or mistakes < best[0]):
            best = (mistakes, word)
    return best[1] if best else None


def distance(one: str, other: str) -> int:
    """How many typing mistakes make one word of the other (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before = before, row
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
