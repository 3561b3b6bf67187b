"""The three-way merge: no word of people's lost, no item of the record missing without being named."""

from __future__ import annotations

import os
import random

import pytest

from bot.postmortem.merge.items import Item, Kind, Rendered, WrittenSection, as_written
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.merging import Merged, merge
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.standing import kept, recalled
from sandbox import canvas_shown, canvases
from tests.bot.postmortem.merge.world import World, play, shape

ROUNDS = int(os.environ.get("MERGE_ROUNDS", "2000"))
"""How often a made-up history is drafted again; `make merge` makes it 100,000."""
BATCHES = 10
A, B, C = (f"https://acme.slack.com/archives/C1/p169000000000000{number}" for number in (1, 2, 3))


def bullet(name: str, words: str, link: str | None = None, group: str = "0") -> Item:
    text = f"- {words} ([message]({link}))" if link else f"- {words}"
    return Item(name, Kind.BULLET, text, group, link)


def row(number: int, at: str, words: str, link: str) -> Item:
    text = f"| {at} | {words} ([message]({link})) |"
    return Item(f"timeline|{number}", Kind.ROW, text, "t", link, f"event {number}")


def lessons(*items: Item) -> tuple[Rendered, ...]:
    return (Rendered("lessons", "Lessons", "## Lessons", items),)


def timeline(*rows: Item) -> tuple[Rendered, ...]:
    head = Item("head", Kind.HEAD, "| Time | What |", "t")
    return (Rendered("timeline", "Timeline", "## Timeline", (head, *rows)),)


def written(offered: tuple[Rendered, ...]) -> tuple[WrittenSection, ...]:
    return tuple(WrittenSection(one.key, one.heading, tuple(map(as_written, one.items))) for one in offered)


def again(before: tuple[Rendered, ...], canvas: str, now: tuple[Rendered, ...]) -> Merged:
    """Draft again over what people made of a canvas."""
    shown = canvas_shown.shown(canvases.sections(canvas))
    return merge(read(shown, written(before), now), written(before), now)


def whole(offered: tuple[Rendered, ...]) -> str:
    return "\n\n".join(one.markdown for one in offered)


# --- what was seen -------------------------------------------------------------------------------------


def test_what_people_left_alone_is_as_the_record_says_now() -> None:
    before = lessons(bullet("a", "Test it", A))

    merged = again(before, whole(before), lessons(bullet("a", "Test it twice", A)))

    assert merged.markdown == f"## Lessons\n\n- Test it twice ([message]({A}))\n"
    assert merged.difference.worded == ()


def test_a_new_lesson_comes_into_a_section_in_which_a_word_was_changed() -> None:
    before = lessons(bullet("a", "Test it", A))
    canvas = whole(before).replace("Test it", "Always test it")

    merged = again(before, canvas, lessons(bullet("a", "Test it", A), bullet("b", "Rehearse it", B)))

    assert "Always test it" in merged.markdown
    assert "- Rehearse it" in merged.markdown
    assert [(one.heading, len(one.labels)) for one in merged.difference.worded] == [("Lessons", 1)]


def test_a_corrected_time_moves_its_row_also_where_people_wrote() -> None:
    before = timeline(row(1, "14:00", "Deployed", A), row(2, "14:10", "Alert", B))
    canvas = whole(before).replace("Alert", "Loud alert")
    now = timeline(row(1, "14:00", "Deployed", A), row(3, "14:05", "Noticed", C), row(2, "14:10", "Alert", B))
    corrected = timeline(row(2, "13:50", "Alert", B), row(1, "14:00", "Deployed", A))

    assert again(before, canvas, now).markdown.index("Noticed") < again(before, canvas, now).markdown.index(
        "Loud"
    )
    moved = again(before, whole(before), corrected).markdown
    assert moved.index("13:50 | Alert") < moved.index("Deployed")


def test_a_message_in_two_sections_is_taken_out_of_one_alone() -> None:
    lesson, cause = bullet("lesson|a", "The same", A), bullet("cause|a", "The same", A)
    before = (*lessons(lesson), Rendered("cause", "Cause", "## Cause", (cause,)))
    now = (*lessons(lesson), Rendered("cause", "Cause", "## Cause", (Item("q", Kind.BLOCK, "*Why?*"),)))

    merged = again(before, whole(before), now)

    assert merged.markdown.count("The same") == 1
    assert merged.markdown.index("The same") < merged.markdown.index("## Cause")


def test_a_deleted_message_goes_from_where_nobody_touched_it() -> None:
    before = lessons(bullet("a", "A secret", A), bullet("b", "Rehearse it", B))

    merged = again(before, whole(before), lessons(bullet("b", "Rehearse it", B)))

    assert "secret" not in merged.markdown
    assert merged.difference.gone == ()


def test_an_item_that_left_the_record_stays_where_people_worded_it_and_is_named() -> None:
    before = lessons(bullet("a", "Test it", A), bullet("b", "Rehearse it", B))
    canvas = whole(before).replace("Test it", "Always test it")

    merged = again(before, canvas, lessons(bullet("b", "Rehearse it", B)))

    assert "Always test it" in merged.markdown
    assert [one.heading for one in merged.difference.gone] == ["Lessons"]


def test_what_people_took_out_stays_out_and_is_named() -> None:
    before = timeline(row(1, "14:00", "Deployed", A), row(2, "14:10", "Alert", B))
    canvas = "\n".join(line for line in whole(before).split("\n") if "Deployed" not in line)

    merged = again(
        before, canvas, timeline(row(1, "14:00", "Deployed again", A), row(2, "14:10", "Alert", B))
    )

    assert "Deployed" not in merged.markdown
    assert [(one.heading, one.labels) for one in merged.difference.out] == [("Timeline", ("event 1",))]


def test_what_people_added_below_a_list_keeps_its_order() -> None:
    before = lessons(bullet("a", "Test it", A))
    canvas = f"{whole(before)}\n\n> Quoted.\n\n- My own point.\n\nMy words.\n"

    merged = again(before, canvas, lessons(bullet("a", "Test it", A), bullet("b", "Rehearse it", B)))

    words = ("Test it", "Rehearse it", "Quoted.", "My own point.", "My words.")
    places = [merged.markdown.index(word) for word in words]
    assert places == sorted(places)


def test_an_emptied_canvas_is_filled_again_below_what_stands_there() -> None:
    before = lessons(bullet("a", "Test it", A))

    assert again(before, "", before).markdown == whole(before) + "\n"
    kept = again(before, "My own notes.", before).markdown
    assert "My own notes." in kept
    assert "- Test it" in kept


def test_carried_words_are_still_people_s_in_the_draft_after_the_next() -> None:
    world = World(random.Random(1))
    world.draft()
    world.canvas += canvases.sections("Ben's MINE1 view.")
    world.mine.add("MINE1")
    for template in ("short", "classic", "short"):
        world.check(world.draft_anew(template))
        world.check(world.draft())


def test_another_template_leaves_nothing_stale_behind() -> None:
    before = (*timeline(row(1, "14:00", "Deployed", A)), *lessons(bullet("a", "Old words", A)))
    now = (Rendered("what", "What happened", "## What happened", (bullet("a", "New words", A),)),)
    standing = read(canvas_shown.shown(canvases.sections(whole(before) + "\n\nBen's view.")), written(before))

    merged = merge(standing, written(before), now, anew=True)

    assert "Old words" not in merged.markdown
    assert "## Lessons" not in merged.markdown
    assert merged.markdown.count("Ben's view.") == 1


def test_words_of_a_section_no_template_has_stand_under_notes() -> None:
    before = lessons(bullet("a", "Test it", A))
    now = (Rendered("what", "What happened", "## What happened", (bullet("b", "It broke", B),)),)
    standing = read("## Lessons\n\nBen's view.\n", written(before))

    merged = merge(standing, written(before), now, anew=True)

    assert merged.markdown.endswith("## Notes\n\n### Lessons\n\nBen's view.\n")


def test_without_what_scribe_wrote_nothing_is_lost_and_nothing_doubled() -> None:
    now = lessons(bullet("a", "Test it", A), bullet("b", "Rehearse it", B))
    canvas = f"## Lessons\n\n- Always test it ([message]({A}))\n\nBen's view.\n"

    merged = merge(read(canvas, (), now), (), now)

    assert merged.markdown.count("est it") == 1
    assert "Ben's view." in merged.markdown
    assert "Rehearse it" in merged.markdown


def test_a_table_that_people_made_longer_is_cut_where_slack_wants_it() -> None:
    rows = [row(number, "14:00", f"Event {number}", f"{A[:-3]}{number:03}") for number in range(140)]
    before = timeline(*rows)
    merged = merge(read("", ()), (), before, anew=True)
    lines = merged.markdown.split("\n")
    at = next(number for number, line in enumerate(lines) if "Event 100" in line)
    canvas = "\n".join([*lines[:at], *(f"| 12:00 | Mine {n} |" for n in range(9)), *lines[at:]])

    after = merge(read(canvas, merged.written), merged.written, before)

    canvases.sections(after.markdown)  # refused with more than 300 cells
    assert all(after.markdown.count(f"| Mine {n} |") == 1 for n in range(9))


def test_of_two_bullets_that_people_joined_neither_is_told_as_taken_out() -> None:
    before = lessons(bullet("a", "Test it", A), bullet("b", "Rehearse it", B))
    canvas = f"## Lessons\n\n- Test it ([message]({A})) and rehearse it ([message]({B}))\n"

    merged = again(before, canvas, before)

    assert merged.difference.out == ()
    assert merged.markdown.count("ehearse it") == 1
    assert [(one.heading, len(one.labels)) for one in merged.difference.worded] == [("Lessons", 2)]


def test_of_two_joined_bullets_each_stays_joined_in_another_template() -> None:
    before = lessons(bullet("a", "Test it", A), bullet("b", "Rehearse it", B))
    canvas = f"## Lessons\n\n- Test it ([message]({A})) and rehearse it ([message]({B}))\n"
    standing = recalled(kept(read(canvas, written(before))))

    merged = merge(standing, written(before), before, anew=True)

    assert merged.markdown.count("ehearse it") == 1


def test_a_copy_of_what_left_the_record_is_told_of() -> None:
    before = lessons(bullet("a", "Test it", A), bullet("b", "Rehearse it", B))
    canvas = f"{whole(before)}\n\n## Mine\n\n- Test it ([message]({A}))\n"

    merged = again(before, canvas, lessons(bullet("b", "Rehearse it", B)))

    assert merged.markdown.count("Test it") == 1  # people's copy
    assert [one.heading for one in merged.difference.gone] == ["Lessons"]


def test_a_copy_of_a_message_that_was_deleted_is_told_of_again_and_again() -> None:
    before = lessons(bullet("a", "Test it", A))
    canvas = f"{whole(before)}\n\n## Mine\n\n- Test it ([message]({A}))\n"
    now = lessons(bullet("a", "(message deleted in Slack)"))

    merged = again(before, canvas, now)
    after = merge(read(merged.markdown, merged.written), merged.written, now)

    assert merged.markdown.count("Test it") == 1  # people's copy
    assert [one.heading for one in merged.difference.deleted] == ["Lessons"]
    assert after.difference == merged.difference


def test_a_table_that_people_made_of_a_list_stays_in_one_piece() -> None:
    before = lessons(bullet("a", "First", A), bullet("c", "Third", C))
    rows = [f"| First ([message]({A})) | P1 |", f"| Third ([message]({C})) | P2 |"]
    canvas = "\n".join(["## Lessons", "", "| What we learned | Priority |", "| --- | --- |", *rows, ""])

    now = lessons(bullet("a", "First", A), bullet("b", "Second", B), bullet("c", "Third", C))
    merged = again(before, canvas, now)

    assert shape(merged.markdown) == [*shape(canvas), normal(f"- Second ([message]({B}))")]


def test_a_new_row_stands_in_a_table_to_which_people_gave_another_head() -> None:
    first, second, third = (
        row(number, f"1{number}:00", f"Event {number}", link) for number, link in ((1, A), (2, B), (3, C))
    )
    before = timeline(first, third)
    canvas = whole(before).replace("| Time | What |", "| Time in Madrid | What |")

    merged = again(before, canvas, timeline(first, second, third))

    assert "\n".join(one.markdown for one in (first, second, third)) in merged.markdown
    assert "| Time | What |" not in merged.markdown


# --- any history ---------------------------------------------------------------------------------------


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_whatever_people_and_the_record_do_in_any_number_of_rounds(batch: int) -> None:
    made, seed = 0, batch
    while made < ROUNDS // BATCHES:
        made += play(seed)
        seed += BATCHES
