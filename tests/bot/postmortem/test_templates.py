import pytest

from bot.postmortem import templates
from bot.postmortem.facts import Section
from bot.postmortem.templates import TemplateError


def test_classic_has_the_six_sections_and_a_place_for_every_mark() -> None:
    classic = templates.load("classic")

    assert [section.heading for section in classic.sections] == [
        "Background",
        "Timeline",
        "Root Cause Analysis",
        "Remediation",
        "Lessons Learned",
        "Conclusion",
    ]
    shown = {part.shows for section in classic.sections for part in section.parts}
    assert shown == {*Section, "timeline", "conclusion"}


GOOD = 'name = "x"\n[emoji]\nlesson = "bulb"\n[[section]]\nheading = "H"\nquestion = "Q {lesson}?"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "not valid TOML"),
        ('name = "x"', "at least one `section`"),
        (GOOD, "at least one `parts`"),
        (GOOD + 'parts = [{ shows = "blame" }]', "'blame', which is none of background"),
        (GOOD.replace("{lesson}", "{impact}") + 'parts = [{ shows = "lesson" }]', "a mark without an emoji"),
        (GOOD.replace('"H"', '" "') + 'parts = [{ shows = "lesson" }]', "a text for `heading`"),
    ],
)
def test_an_unusable_template_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TemplateError, match=sentence):
        templates.parse(text)


@pytest.mark.parametrize("name", ["nothing", "../classic", ""])
def test_an_unknown_template_is_refused(name: str) -> None:
    with pytest.raises(TemplateError, match="no template called"):
        templates.load(name)
