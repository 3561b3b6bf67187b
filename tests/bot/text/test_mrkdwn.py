import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.mrkdwn import KnownNames, escape, inert, inert_line, plain, read
from bot.text.prose import (
    Code,
    CodeBlock,
    Emoji,
    Emphasis,
    LineBreak,
    Link,
    Paragraph,
    Quotation,
    Strike,
    Strong,
    Text,
    plain_text,
)

NAMES = KnownNames(people={"U1": "Ana"}, channels={"C1": "ops"}, groups={"S1": "dbas"})


FIRE = Emoji(":fire:", "🔥")


def paragraph(text: str) -> tuple[object, ...]:
    (block,) = read(text, NAMES)
    assert isinstance(block, Paragraph)
    return block.inlines


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("typed &amp;lt; itself", "typed &lt; itself"),
        ("<@U1> and <@U1|old name>", "@Ana and @Ana"),
        ("<@U9|bob> <@U8>", "@bob @U8"),
        ("<#C1|was-ops> <#C9|war-room> <#C9|> <#C8>", "#ops #war-room #C9 #C8"),
        ("<!here> <!channel> <!everyone> <!here|here>", "@here @channel @everyone @here"),
        ("<!subteam^S1> <!subteam^S9|@oncall> <!subteam^S8>", "@dbas @oncall @S8"),
        ("<!date^1694354400^{date_num} {time_secs}|14:00 UTC>", "14:00 UTC"),
        ("<!date^1694354400^{date}>", "2023-09-10 14:00 UTC"),
        ("<!date^99999999999999999^{date}>", "<!date^99999999999999999^{date}>"),
        ("<!new^thing> <!new|label>", "<!new^thing> label"),
        ("~34% **x:** snake_case __init__ 5*3*2 &gt; 1", "~34% **x:** snake_case __init__ 5*3*2 > 1"),
        ("ls *.log *.txt, logs-*-2023-* and *p = *q", "ls *.log *.txt, logs-*-2023-* and *p = *q"),
        ("match .*5xx.* in arn:aws:iam::*/*", "match .*5xx.* in arn:aws:iam::*/*"),
        ("~5 to ~7 of f(*args, **kwargs) * 2 *", "~5 to ~7 of f(*args, **kwargs) * 2 *"),
        ('say "*" or "*", (*) or (*)', 'say "*" or "*", (*) or (*)'),
        ("~/a and ~/b, _x _y, a*b*, *a*b", "~/a and ~/b, _x _y, a*b*, *a*b"),
        ("a <b> <> <|> <@> <!> 1<2", "a <b> <> <|> <@> <!> 1<2"),
        ("one ` tick and ``` fence", "one ` tick and ``` fence"),
        ("<javascript:alert(1)|click>", "click (javascript:alert(1))"),
    ],
)  # fmt: skip
def test_what_slack_encodes_is_read_and_what_is_ambiguous_stays_as_typed(sent: str, words: str) -> None:
    assert paragraph(sent) == (Text(words),)


@pytest.mark.parametrize(
    ("sent", "inlines"),
    [
        ("<https://x.test/?a=1&amp;b=2>", (Link("https://x.test/?a=1&b=2", "https://x.test/?a=1&b=2"),)),
        ("see <https://x.test/d|the &lt;graph&gt;>", (Text("see "), Link("the <graph>", "https://x.test/d"))),
        ("<http://x.test|x.test>", (Link("x.test", "http://x.test"),)),
        ("<https://www.x.test/a|x.test>", (Link("x.test", "https://www.x.test/a"),)),
        ("<mailto:a@x.test|a@x.test>", (Link("a@x.test", "mailto:a@x.test"),)),
        ("<https://x.test/v1|release v1.2.3>", (Link("release v1.2.3", "https://x.test/v1"),)),
        ("run `a &amp;&amp; <http://b.test|b.test>`", (Text("run "), Code("a && b.test"))),
        ("one\ntwo", (Text("one"), LineBreak(), Text("two"))),
    ],
)
def test_links_code_and_lines(sent: str, inlines: tuple[object, ...]) -> None:
    assert paragraph(sent) == inlines


@pytest.mark.parametrize(
    ("sent", "inlines"),
    [
        (":fire::fire: (:fire:)", (FIRE, FIRE, Text(" ("), FIRE, Text(")"))),
        (":+1::skin-tone-2:", (Emoji(":+1::skin-tone-2:", "👍🏻"),)),
        (":female-firefighter::skin-tone-6:", (Emoji(":female-firefighter::skin-tone-6:", "👩🏿\u200d🚒"),)),
        (":flag-de:", (Emoji(":flag-de:", "🇩🇪"),)),
        (
            "10:100:45 std::key::at x:fire: :party_parrot:",
            (Text("10:100:45 std::key::at x:fire: :party_parrot:"),),
        ),
        ("`:fire:` :fire::skin-tone-2:", (Code(":fire:"), Text(" :fire::skin-tone-2:"))),
    ],
)
def test_emoji_are_read_by_their_names(sent: str, inlines: tuple[object, ...]) -> None:
    assert paragraph(sent) == inlines


BOLD, ITALIC, STRUCK = Strong((Text("b"),)), Emphasis((Text("i"),)), Strike((Text("s"),))


@pytest.mark.parametrize(
    ("sent", "inlines"),
    [
        ("*b* _i_ ~s~", (BOLD, Text(" "), ITALIC, Text(" "), STRUCK)),
        ("(*b*): “_i_”, ~s~.", (Text("("), BOLD, Text("): “"), ITALIC, Text("”, "), STRUCK, Text("."))),
        ("*_~x~_*", (Strong((Emphasis((Strike((Text("x"),)),)),)),)),
        ("_~*x*~_", (Strong((Emphasis((Strike((Text("x"),)),)),)),)),
        ("*a _i_ c*", (Strong((Text("a "), ITALIC, Text(" c"))),)),
        ("_snake_case is bad_", (Emphasis((Text("snake_case is bad"),)),)),
        ("*b*\n*b*", (BOLD, LineBreak(), BOLD)),
        ("*:fire:*", (Strong((FIRE,)),)),
        ("*see <https://x.test|x> `a*b`*", (
            Strong((Text("see "), Link("x", "https://x.test"), Text(" "), Code("a*b"))),
        )),
        ("`*b*` <https://x.test/*b*>", (
            Code("*b*"), Text(" "), Link("https://x.test/*b*", "https://x.test/*b*"),
        )),
        ("*&lt;b&gt;* \ufffc", (Strong((Text("<b>"),)), Text(" \ufffc"))),
    ],
)  # fmt: skip
def test_emphasis_is_read_where_it_cannot_be_meant_otherwise(sent: str, inlines: tuple[object, ...]) -> None:
    assert paragraph(sent) == inlines


@pytest.mark.parametrize(
    ("label", "url"),
    [
        ("https://bank.test", "https://evil.test"),
        ("bank.test", "https://evil.test/bank.test"),
        ("your bank.test account", "https://evil.test"),
        ("bank.test", "https://bank.test@evil.test"),
        ("https://bank.test/pay", "https://bank.test/other"),
        ("ｂａｎｋ．test", "https://evil.test"),
    ],
)
def test_a_label_that_pretends_to_be_another_address_shows_the_real_one(label: str, url: str) -> None:
    assert paragraph(f"<{url}|{label}>") == (Text(f"{label} ("), Link(url, url), Text(")"))


def test_fences_become_code_blocks_between_paragraphs() -> None:
    sent = "before\n```\n  if a &lt; b:\n\n    <https://x.test>\n```\nafter\n\n\nend ```one``` tail"
    assert read(sent, NAMES) == (
        Paragraph((Text("before"),)),
        CodeBlock("  if a < b:\n\n    https://x.test"),
        Paragraph((Text("after"),)),
        Paragraph((Text("end "),)),
        CodeBlock("one"),
        Paragraph((Text(" tail"),)),
    )


@pytest.mark.parametrize("sent", ["  \n&gt; a", "&gt; a\n \t", " \n&gt; a\n "])
def test_blanks_beside_a_quotation_are_no_paragraph(sent: str) -> None:
    assert read(sent, NAMES) == (Quotation((Text("a"),)),)


@pytest.mark.parametrize("sent", ["", " ", "\n \n"])
def test_text_without_a_visible_character_has_no_words(sent: str) -> None:
    assert read(sent, NAMES) == ()


SIGNS = st.sampled_from(
    [*"<>&|`@#!*_~ \n^:/.", "a", "U1", "```", "\r\n", "\u2028", "https://x.test", "&amp;", "&lt;"]
)
TYPED = st.one_of(st.lists(SIGNS, max_size=15).map("".join), st.text(max_size=40))


def without_marks(text: str) -> str:
    return "".join(re.sub("[*_~`]", "", text).split())


@given(TYPED)
@example(":a:")
def test_nothing_typed_is_lost(typed: str) -> None:
    # Slack sends what people type escaped; what is code or emphasis loses its marks, and `:a:` is an emoji
    shown = plain_text(read(escape(typed), NAMES)).replace("\U0001f170\ufe0f", ":a:")
    assert without_marks(shown) == without_marks(typed)


@given(TYPED)
def test_whatever_slack_sends_can_be_posted_again_inertly(sent: str) -> None:
    for posted in (inert(sent, NAMES), inert_line(sent, NAMES)):
        assert not re.search(r"<[@#!]", posted)
        assert not re.search(r"&(?!(?:amp|lt|gt);)", posted)
        for target in re.findall(r"<([^>]*)>", posted):
            assert re.match(r"(?:https?://|mailto:|tel:)", target)
    assert len(inert_line(sent, NAMES).splitlines()) <= 1


def test_reposted_text_pings_nobody_and_keeps_links_visible() -> None:
    sent = "<!channel> <@U1> fix `a&lt;b` now: <https://evil.test|bank.test> <https://x.test?a&amp;b|docs>"
    assert inert(sent, NAMES) == (
        "@channel @Ana fix `a&lt;b` now: bank.test (<https://evil.test>) <https://x.test?a&amp;b|docs>"
    )


def test_a_listing_line_holds_code_and_paragraphs_on_one_line() -> None:
    assert inert_line("one\n\ntwo\n```\nselect *\n  from t\n```", NAMES) == "one two `select * from t`"


def test_plain_text_is_one_line_with_hidden_addresses_shown() -> None:
    assert plain("<@U1>\n`x` <https://x.test|docs> <https://y.test>", NAMES) == (
        "@Ana x docs (https://x.test) https://y.test"
    )


def test_a_huge_message_is_read_in_no_time() -> None:
    for sent in (
        "`" * 40_000,
        "<" * 40_000,
        "```a" * 10_000,
        f"<https://x.test|{'1.' * 19_000}>",
        "\n " * 20_000,
        "*a " * 13_000,
        " *a*a" * 8_000,
        "(*_~" * 10_000,
    ):
        inert(sent, NAMES)
