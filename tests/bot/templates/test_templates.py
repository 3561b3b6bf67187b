"""Templates: what a file may say, and that a wrong one is refused with file, line and key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot import templates
from bot.templates import TemplateError, load_or_classic
from bot.templates.parse import APPENDIX
from storage.vocabulary import IN_DRAFT, MarkSection

WHOLE = ["atlassian", "classic", "kehoe", "pagerduty", "sre"]
PACKAGED = sorted([*WHOLE, "short", "customer"])
HEAD = 'name = "x"\n[emoji]\nlesson = "bulb"\n'
GOOD = f'{HEAD}[[section]]\nheading = "H"\nquestion = "Q {{lesson}}?"\nparts = [{{ shows = "lesson" }}]\n'


def test_there_are_seven_and_a_team_s_own(tmp_path: Path) -> None:
    assert list(templates.names()) == PACKAGED
    (tmp_path / "ours.toml").write_text(GOOD)
    assert list(templates.names(tmp_path)) == sorted([*PACKAGED, "ours"])
    assert templates.load("ours", tmp_path).sections[0].heading == "H"


def test_a_team_s_own_takes_the_place_of_a_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "sre.toml").write_text(GOOD)
    assert [section.heading for section in templates.load("sre", tmp_path).sections] == ["H"]
    assert list(templates.names(tmp_path)) == PACKAGED


def test_classic_has_its_six_sections() -> None:
    assert [section.heading for section in templates.load().sections] == [
        "Background",
        "Timeline",
        "Root Cause Analysis",
        "Remediation",
        "Lessons Learned",
        "Conclusion",
        "How this was put together",
    ]


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_template_places_every_mark_and_fact_once(name: str) -> None:
    placed = [part.shows for section in templates.load(name).sections for part in section.shown]
    in_timeline = {MarkSection.DECISION, MarkSection.PUBLIC}
    assert sorted(placed) == sorted({*IN_DRAFT, *APPENDIX, "timeline", "conclusion", "chart"} - in_timeline)


def test_the_customers_template_is_for_people_outside_and_no_other_is() -> None:
    assert [name for name in PACKAGED if templates.load(name).is_public] == ["customer"]


@pytest.mark.parametrize("name", PACKAGED)
def test_every_packaged_template_names_every_mark(name: str) -> None:
    assert set(templates.load(name).emoji) == set(MarkSection)


@pytest.mark.parametrize("name", PACKAGED)
def test_questions_ask_how_and_never_who(name: str) -> None:
    for section in templates.load(name).sections:
        words = section.question.lower().split()
        assert "?" in section.question
        assert {"who", "whom", "whose", "blame"}.isdisjoint(words), section.question


def test_keys_come_from_the_heading_unless_they_are_given() -> None:
    text = GOOD + '[[section]]\nheading = "What went well & why?"\nquestion = "Q?"\n'
    assert [section.key for section in templates.parse(text).sections] == ["h", "what-went-well-why"]
    assert templates.parse(GOOD.replace('"H"', '"H"\nkey = "first"')).sections[0].key == "first"
    assert templates.parse(GOOD.replace('"H"', '"まとめ"')).sections[0].key == "まとめ"


def test_a_section_may_be_a_question_alone_and_a_template_without_a_timeline() -> None:
    template = templates.parse(GOOD.replace('parts = [{ shows = "lesson" }]', ""))
    assert template.sections[0].parts == ()
    assert not template.has_timeline


SECTION = '[[section]]\nheading = "A"\nquestion = "Q?"\nparts = [\n  { shows = "lesson" },\n  { X },\n]\n'


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('"x"', "7").replace("heading", "haeding").replace('"bulb"', '"+1"') + SECTION.replace(
        "X", 'shows = "lessons"'
    )
    with pytest.raises(TemplateError) as refused:
        templates.parse(f"{text}audience = 7\n", "t.toml")
    assert [problem.split(": ")[0] for problem in refused.value.problems] == [
        "t.toml, line 5, `section[0].haeding`",
        "t.toml, line 15, `section[1].audience`",
        "t.toml, line 1, `name`",
        "t.toml, line 4, `section[0].heading`",
        "t.toml, line 3, `emoji.lesson`",
        "t.toml, line 13, `section[1].parts[1].shows`",
    ]
    assert str(refused.value) == refused.value.problems[0]


def test_who_it_is_for_is_one_of_two() -> None:
    with pytest.raises(TemplateError, match="line 1, `audience`: this is either 'team' or 'public'"):
        templates.parse(f'audience = "all"\n{GOOD}', "t.toml")
    with pytest.raises(TemplateError, match="line 1, `second_zone`: this is either true or false"):
        templates.parse(f'second_zone = "no"\n{GOOD}', "t.toml")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "t.toml, line 1: not valid TOML"),
        (GOOD + "x = = 1", "t.toml, line 8: not valid TOML"),
        (GOOD + 'a = "', "not valid TOML"),
        ('\nname = "x"', "t.toml, line 1, `section`: at least one is needed."),
        ('name = "x"\nsection = []', "line 2, `section`: at least one is needed."),
        ('name = "x"\nsection = ["a"]', "line 2, `section[0]`: a table is needed here."),
        (GOOD + "[[section]]", "line 8, `section[1].heading`: a text is needed here."),
        (GOOD + '[[section]]\nheading = "H2"', "line 8, `section[1].question`: a text is needed here."),
        (
            GOOD + '[[section]]\nheading = " h"\nquestion = "Q?"',
            "`section[1].key`: 'h' names an earlier section; give it a `key`.",
        ),
        (
            HEAD + SECTION.replace("X", 'shows = "lessons"'),
            "line 9, `section[0].parts[1].shows`: there is no block 'lessons'; did you mean 'lesson'?",
        ),
        (
            HEAD + SECTION.replace("X", 'shows = "impact", lead = "I"'),
            "line 9, `section[0].parts[1].lead`: there is no such key; did you mean 'lead_in'?",
        ),
        (
            HEAD + SECTION.replace("X", 'shows = "impact", lead_in = 7'),
            "line 9, `section[0].parts[1].lead_in`: a text is needed here.",
        ),
        (
            HEAD + SECTION.replace("X", 'lead_in = "I"'),
            "line 9, `section[0].parts[1].shows`: a text is needed",
        ),
        (
            GOOD + '[[section]]\nheading = "# parts"\nquestion = "Q?"\nparts = []',
            "line 11, `section[1].parts`: at least one is needed.",
        ),
        (
            GOOD.replace("heading", "haeding"),
            "line 5, `section[0].haeding`: there is no such key; did you mean",
        ),
        (
            GOOD.replace("[emoji]", "[emojis]"),
            "line 2, `emojis`: there is no such key; did you mean 'emoji'?",
        ),
        (
            GOOD.replace("lesson =", "lessons ="),
            "line 3, `emoji.lessons`: there is no such key; did you mean",
        ),
        (GOOD.replace('"bulb"', '":"'), "line 3, `emoji.lesson`: the name of an emoji is needed here."),
        (GOOD.replace('"bulb"', '"+1"'), "line 3, `emoji.lesson`: :+1: is what people use to agree"),
        (
            GOOD.replace('"bulb"', '"bulb"\nimpact = ":bulb:"'),
            "line 4, `emoji.impact`: :bulb: marks lesson already.",
        ),
        (
            GOOD.replace("{lesson}", "{impact}"),
            "line 6, `section[0].question`: {impact} is a mark without an emoji here.",
        ),
        (GOOD.replace("{lesson}", "{lesson!r}"), "{lesson!r} is a mark without an emoji here."),
        (GOOD.replace("{lesson}", "a { b"), "line 6, `section[0].question`: a brace stands alone."),
        (GOOD.replace("{lesson}", "{{lesson}}"), "line 6, `section[0].question`: a brace stands alone."),
        (GOOD.replace('"x"', "7"), "line 1, `name`: a text is needed here."),
    ],
)
def test_an_unusable_template_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TemplateError) as refused:
        templates.parse(text, "t.toml")
    said = str(refused.value)
    assert sentence in said
    assert said.startswith("t.toml, line ")
    assert "\n" not in said


@pytest.mark.parametrize("name", ["nothing", "../classic", "", "classic.toml"])
def test_an_unknown_template_is_refused(name: str) -> None:
    with pytest.raises(TemplateError, match="no template called"):
        templates.load(name)


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"name = '\xff\xfe'")
    (tmp_path / "folder.toml").mkdir()
    for name, sentence in (("bytes", "bytes.toml: not UTF-8 text"), ("folder", "folder.toml: ")):
        with pytest.raises(TemplateError, match=sentence):
            templates.load(name, tmp_path)


def test_a_file_from_any_editor_will_do(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert templates.load("ours", tmp_path).emoji == {"lesson": "bulb"}


def test_one_that_broke_gives_way_to_classic_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(GOOD + "[[section]]")
    template, problem = load_or_classic("ours", tmp_path)
    assert template.sections == templates.load("classic").sections
    assert template.note == (
        "ours.toml, line 8, `section[1].heading`: a text is needed here. This draft follows the classic one."
    )
    assert str(problem) in template.note

    (tmp_path / "ours.toml").write_text(GOOD)
    assert load_or_classic("ours", tmp_path) == (templates.load("ours", tmp_path), None)


def test_even_a_broken_classic_of_a_team_s_own_leaves_a_template(tmp_path: Path) -> None:
    (tmp_path / "classic.toml").write_text("name = ")
    template, _ = load_or_classic("classic", tmp_path)
    assert template.sections == templates.load("classic").sections


def test_packaged_files_are_what_tomllib_reads_too() -> None:
    folder = Path(templates.__file__).parent
    for name in PACKAGED:
        table = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        assert table["name"] == name
