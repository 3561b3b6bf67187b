"""What a kept text quotes of a deleted message is taken out, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.postmortem.document import (
    Bullets,
    CheckItem,
    Checklist,
    Document,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Remark,
    Section,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.postmortem.quotes import GONE, quoted, without
from bot.postmortem.render import canvas, markdown_file
from bot.text.mrkdwn import KnownNames, read
from sandbox import canvas_shown, canvases
from tests.bot.postmortem.documents import SIGNS
from tests.sampling import tries

AT = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
PAGE = "https://acme.slack.com/archives/C0INC"


def ts(number: int) -> str:
    return f"{1_694_354_400 + number}.000100"


def link(number: int) -> str:
    return f"{PAGE}/p{ts(number).replace('.', '')}"


TYPED = st.lists(
    st.sampled_from([*SIGNS, "\n", "\n\n", " ", "a", "Word", "ツ", "```x\ny```"]), max_size=6
).map("".join)
MESSAGES = st.lists(st.tuples(TYPED, TYPED), min_size=3, max_size=6)
"""What was typed before and after the one word by which a message is known again."""


def word(number: int) -> str:
    return f"quagga{number}q"


def draft(messages: list[tuple[str, str]]) -> Document:
    """The messages in turns on the timeline, in a section and as action items; people's words between."""
    rows, remarks, items = [], [], []
    for number, (before, after) in enumerate(messages):
        words = read(f"{before}{word(number)}{after}", KnownNames())
        files = (FileRef("x.png", f"https://acme.slack.com/files/U1/F{number}/x.png"),) if number % 2 else ()
        said = Remark(words, Evidence("Ana (ops)", link(number), files=files))
        match number % 3:
            case 0:
                at = AT + timedelta(minutes=number)
                until = at + timedelta(hours=1) if number else None
                rows.append(TimelineRow(at, until, bool(number), words, "Ana", link(number), files))
            case 1:
                remarks.append(said)
            case _:
                items.append(CheckItem(False, said, (Fact("Owner", "Ben"),)))
    opening = (
        FactList((Fact("Severity", "SEV2"), Fact("Detected", "14:00 UTC", Evidence("", link(0)))), "facts"),
    )
    sections = (
        Section("Timeline", (TimelineTable(tuple(rows)),), "timeline"),
        Section("Lessons", (Bullets(tuple(remarks)),), "lessons"),
        Section("Ours", (Written("We *think* so.\n\n- our own item"),), "ours"),
        Section("Action items", (Checklist(tuple(items)),), "action_items"),
    )
    return Document("INC-7: Night", opening, sections, ZoneInfo("UTC"))


def forms(document: Document) -> list[str]:
    """The draft in every form of a canvas, as written and as Slack gives it back, and as a file."""
    plain = canvas.joined(
        one.markdown for one in canvas.render_sections(document, tables=False, is_plain=True)
    )
    written = [canvas.render(document), canvas.render(document, tables=False), plain]
    given_back = [canvas_shown.shown(canvases.sections(text)) for text in written]
    return [*written, *given_back, markdown_file.render(document)]


@settings(max_examples=tries(150), deadline=None)
@given(messages=MESSAGES, data=st.data())
def test_in_every_form_the_words_of_the_deleted_are_gone_and_all_others_stay(
    messages: list[tuple[str, str]], data: st.DataObject
) -> None:
    document = draft(messages)
    gone = data.draw(st.sets(st.integers(0, len(messages) - 1), min_size=1))

    for text in forms(document):
        found = without(text, {ts(number) for number in gone}.__contains__)

        for number in range(len(messages)):
            assert (word(number) in found) == (number not in gone and word(number) in text), text
        assert "our own item" in found
        assert "think" in found
        assert ("Owner" in text) == ("Owner" in found)
        assert not quoted(found) & {ts(number) for number in gone}
        assert without(found, {ts(number) for number in gone}.__contains__) == found
        for heading in ("## Lessons", "## Action items"):
            assert heading in found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"| 14:00 UTC | Secret \\| word | Ana | [message]({link(1)})<br>[a.png](https://x.test/a) |",
            f"| 14:00 UTC | {GONE} |  |  |",
        ),
        (f"- Secret — Ana ([message]({link(1)}), [a.png](https://x.test/a))", f"- {GONE}"),
        (f"* Secret — Ana ([message]({link(1)}))\n* kept", f"* {GONE}\n* kept"),
        (f"- Secret — Ana ([message]({link(1)}))\n  - our note below it", f"- {GONE}\n  - our note below it"),
        (
            f"- **2023-09-10 14:00 UTC** Secret\n  `more` — Ana ([message]({link(1)}))",
            f"- **2023-09-10 14:00 UTC** {GONE}",
        ),
        (
            f"- **Detected:** 2023-09-10 14:00 UTC, from an alert ([message]({link(1)}))",
            f"- **Detected:** 2023-09-10 14:00 UTC {GONE}",
        ),
        (
            f"- [ ] Secret — Ana ([message]({link(1)})) · Owner: Ben; Due: 2023-11-03",
            f"- [ ] {GONE} · Owner: Ben; Due: 2023-11-03",
        ),
        (
            f"- [ ] Kept — Ana ([message]({link(2)})) · Done when: secret ([message]({link(1)}))",
            f"- [ ] Kept — Ana ([message]({link(2)})) {GONE}",
        ),
        (
            f"Secret, see [message]({link(1)}) and that is why we failed over.",
            f"{GONE} and that is why we failed over.",
        ),
        (f"- Secret:\n\n  ```\n  code\n  ```\n\n  — Ana ([message]({link(1)}))\n- kept", f"- {GONE}\n- kept"),
        (f"Kept.\n\n```\nsecret\n```\n\n— Ana ([message]({link(1)}))", f"Kept.\n\n{GONE}"),
        (f"• Secret — Ana (<{link(1)}|message>)\n*14:10 UTC* kept", f"• {GONE}\n*14:10 UTC* kept"),
        (f"*14:00 UTC* Secret — Ana (<{link(1)}?thread_ts=1.2&cid=C1|message>)", f"*14:00 UTC* {GONE}"),
        (f"- Kept — Ana ([message]({link(2)}))", f"- Kept — Ana ([message]({link(2)}))"),
        (
            f"| [~14:00–14:05]({link(1)}) | ▲ Secret \\| word<br>[a.png](https://x.test/a) | Ana |",
            f"| ~14:00–14:05 | {GONE} |  |",
        ),
        (f"- Secret — [Ana]({link(1)}) ([a.png](https://x.test/a), [b](https://x.test/b))", f"- {GONE}"),
        (f"- Secret — [Ana]({link(1)}), and so on (as we know)", f"- {GONE}, and so on (as we know)"),
        (f"- **Impact:** Secret. — [Ana]({link(1)})", f"- **Impact:** {GONE}"),
        (
            f"- **Started:** 2023-09-10 14:05 UTC, observed ([message]({link(1)}))",
            f"- **Started:** 2023-09-10 14:05 UTC {GONE}",
        ),
        (f"- Secret ({link(2)}) more — [Ana]({link(1)})", f"- {GONE}"),
        (f"• Secret — <{link(2)}> more — <{link(1)}|Ana> (<https://x.test/a|a.png>) kept", f"• {GONE} kept"),
        (f"* [14:00]({link(1)}) · secret · Ana", f"* 14:00 {GONE}"),
        (
            f"- [14:00–14:05]({link(2)}) · kept, see [it]({link(1)}) · Ana",
            f"- [14:00–14:05]({link(2)}) · kept, see [it]({link(1)}) · Ana",
        ),
        (f"• <{link(1)}|14:00> · secret `x` · Ana", f"• 14:00 {GONE}"),
        (f"• Secret — <{link(1)}|Cem (she/her)>", f"• {GONE}"),
        (f"- 14:05 SECRET broke — [Ana]({link(1)})", f"- 14:05 {GONE}"),
        (f"<{link(2)}|14:00> kept, see <{link(1)}>", f"<{link(2)}|14:00> kept, see <{link(1)}>"),
        (
            f"| [14:00]({link(2)}) | kept, see {link(1)} | Ana |",
            f"| [14:00]({link(2)}) | kept, see {link(1)} | Ana |",
        ),
        (f"- **Secret:** words — [Ana]({link(1)})", f"- {GONE}"),
        (f"• *Secret:* 14:05 (words) — <{link(1)}|Ana>", f"• {GONE}"),
        (f"• *Impact:* Secret. — <{link(1)}|Ana> (<https://x.test/a|a.png>)", f"• *Impact:* {GONE}"),
        (f"<{link(1)}|14:00> ▲ *Detected* Secret — Ana", f"14:00 {GONE}"),
        (
            f"| Secret — [Ana]({link(1)}) | prevent | | Ben | | done when secret | open | |",
            f"| {GONE} |  |  |  |  |  |  |  |",
        ),
    ],
)
def test_by_example(before: str, after: str) -> None:
    assert without(before, {ts(1)}.__contains__) == after
