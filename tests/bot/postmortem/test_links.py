"""Addresses are found as Slack writes them, once each."""

from __future__ import annotations

from bot.postmortem.gather.links import MOST_LINKS, Address, addresses


def test_an_address_is_listed_where_it_was_first_shared_and_counted() -> None:
    said = [
        ("1.1", "see <https://a.example/?x=1&amp;y=2|the graph> and <http://b.example>"),
        ("2.1", "again <https://a.example/?x=1&amp;y=2|it>"),
    ]

    assert addresses(said) == (
        [
            Address("https://a.example/?x=1&y=2", "the graph", "1.1", 2),
            Address("http://b.example", "", "1.1", 1),
        ],
        0,
    )


def test_mentions_mails_and_bare_text_are_no_addresses() -> None:
    said = [("1.1", "<@U1> <#C1|ops> <!here> <mailto:a@b.example|a> https://typed.example &lt;https://x&gt;")]

    assert addresses(said) == ([], 0)


def test_beyond_the_first_addresses_are_counted_and_still_counted_once() -> None:
    said = [(f"{n}.1", f"<https://a.example/{n}>") for n in range(MOST_LINKS + 2)]

    found, more = addresses([*said, *said])

    assert (len(found), more) == (MOST_LINKS, 2)
    assert {one.times for one in found} == {2}
