"""Scenario files: what they hold, and what is said about bad ones."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.scenario import (
    Alert,
    Command,
    Delete,
    Edit,
    React,
    Say,
    Scenario,
    ScenarioError,
    Step,
    Unreact,
    load,
)
from tests.published import INCIDENTS

REPOSITORY = Path(__file__).parents[2]
SEED = REPOSITORY / "sandbox" / "scenarios" / "deployment-disruption.toml"

HEAD = """
title = "A bad night"
zone = "Europe/Berlin"
date = 2024-02-03

[people.ana]
[people.ben]
real_name = "Ben Okafor"
tz = "Africa/Lagos"

[bots.watch]
name = "Watchtower"

[channels.ops]
members = ["ana", "ben"]
"""


def read(tmp_path: Path, steps: str, head: str = HEAD) -> Scenario:
    file = tmp_path / "night.toml"
    file.write_text(head + steps, encoding="utf-8")
    return load(file)


def test_a_scenario_names_people_rooms_and_what_happens_when(tmp_path: Path) -> None:
    # given a file with one of each action
    scenario = read(
        tmp_path,
        """
        [[step]]
        at = "23:10"
        who = "ana"
        key = "slow"
        say = "It's slow."
        marks = ["pushpin", ":mag:"]
        marked_by = ["ben", "ana"]
        [[step]]
        at = 23:10:30
        who = "watch"
        alert = { attachments = [{ text = "5xx" }] }
        [[step]]
        at = "23:11"
        who = "ben"
        in_thread_of = "slow"
        say = "Very."
        [[step]]
        at = "23:12"
        who = "ana"
        edit = { of = "slow", text = "It is slow." }
        [[step]]
        at = "23:13"
        who = "ben"
        unreact = { of = "slow", emoji = "mag" }
        [[step]]
        at = "23:14"
        who = "ana"
        delete = { of = "slow" }
        [[step]]
        at = 2024-02-04T00:01:00+01:00
        who = "ben"
        command = "/incident start here  Slow"
        """,
    )
    # then names default sensibly
    assert (scenario.title, scenario.slug, scenario.zone) == ("A bad night", "night", "Europe/Berlin")
    assert scenario.people["ana"].real_name == "ana"
    assert scenario.people["ana"].tz == "Europe/Berlin"
    assert scenario.people["ben"].tz == "Africa/Lagos"
    assert scenario.bots == {"watch": "Watchtower"}
    assert scenario.rooms["ops"].members == ("ana", "ben")
    # and marks follow their message, one reaction per person and emoji
    at = datetime(2024, 2, 3, 22, 10, tzinfo=UTC)
    assert scenario.began_at == at
    assert scenario.steps == (
        Step(at, "ana", "ops", Say("It's slow.", "slow")),
        Step(at, "ben", "ops", React("slow", "pushpin")),
        Step(at, "ben", "ops", React("slow", "mag")),
        Step(at, "ana", "ops", React("slow", "pushpin")),
        Step(at, "ana", "ops", React("slow", "mag")),
        Step(at.replace(second=30), "watch", "ops", Alert("", (), ({"text": "5xx"},))),
        Step(at.replace(minute=11), "ben", "ops", Say("Very.", None, "slow")),
        Step(at.replace(minute=12), "ana", "ops", Edit("slow", "It is slow.")),
        Step(at.replace(minute=13), "ben", "ops", Unreact("slow", "mag")),
        Step(at.replace(minute=14), "ana", "ops", Delete("slow")),
        Step(at.replace(hour=23, minute=1), "ben", "ops", Command("/incident", "start here  Slow")),
    )


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ('say = "x"', "step 2: `at` must be a time such as 14:05 or an ISO 8601 moment."),
        ('at = "noonish"\nsay = "x"\nwho = "ana"', "step 2: `at` must be a time such as 14:05"),
        ('at = "13:59"\nwho = "ana"\nsay = "x"', "step 2: 13:59 is before the step above it."),
        ('at = "14:05"\nwho = "zoe"\nsay = "x"', "step 2: 'zoe' is not one of the people."),
        ('at = "14:05"\nwho = "ana"\nsay = " "', "step 2: `say` is empty."),
        ('at = "14:05"\nwho = "ana"\nsay = 3', "step 2: `say` must be text, not 3."),
        ('at = "14:05"\nwho = "ana"\nsay = "x"\ndelete = {of = "one"}', "step 2: exactly one of say, alert"),
        ('at = "14:05"\nwho = "ana"', "step 2: exactly one of say, alert"),
        ('at = "14:05"\nwho = "ana"\nsay = "x"\nkeey = "y"', "step 2: `keey` means nothing here; known are"),
        (
            'at = "14:05"\nwho = "ana"\nsay = "x"\nkey = "one"',
            "step 2: there is a message with the key",
        ),
        ('at = "14:05"\nwho = "ana"\nsay = "x"\nmarks = ["pushpin"]', "`marks` and `marked_by` need each"),
        (
            'at = "14:05"\nwho = "ana"\nsay = "x"\nmarks = ["pushpin"]\nmarked_by = "ben"',
            "step 2: a marked message needs a `key`.",
        ),
        (
            'at = "14:05"\nwho = "ana"\nsay = "x"\nkey="k"\nmarks = "pushpin"\nmarked_by = "zoe"',
            "step 2: 'zoe' in `marked_by` is not one of the people.",
        ),
        (
            'at = "14:05"\nwho = "ana"\nalert = {text = "x"}',
            "step 2: alerts come from bots, and 'ana'",
        ),
        ('at = "14:05"\nwho = "watch"\nalert = {}', "step 2: an alert needs a text, blocks or attachments."),
        ('at = "14:05"\nwho = "watch"\nsay = "x"', "step 2: 'watch' is not one of the people."),
        (
            'at = "14:05"\nwho = "ana"\nreact = {of = "two", emoji = "eyes"}',
            "step 2: no message above has the key 'two'.",
        ),
        ('at = "14:05"\nwho = "ana"\nreact = {of = "one"}', "step 2: `emoji` is missing."),
        (
            'at = "14:05"\nwho = "ben"\nedit = {of = "one", text = "x"}',
            "step 2: 'ben' can't edit what",
        ),
        (
            'at = "14:05"\nwho = "ana"\ncommand = "resolve"',
            "step 2: a command begins with a slash",
        ),
        ('at = "14:05"\nwho = "ana"\nin = "lobby"\nsay = "x"', "step 2: there is no channel 'lobby'."),
    ],
)
def test_a_bad_step_is_one_sentence_that_names_file_and_step(
    tmp_path: Path, step: str, sentence: str
) -> None:
    first = '[[step]]\nat = "14:00"\nwho = "ana"\nkey = "one"\nsay = "first"\n'
    with pytest.raises(ScenarioError) as refusal:
        read(tmp_path, f"{first}[[step]]\n{step}\n")
    assert str(refusal.value).startswith("night.toml, step 2: ")
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("x.toml", "title = ", "x.toml is not valid TOML: "),
        ("x.toml", 'title = "x"', "x.toml: there is no [[step]], so nothing would happen."),
        ("x.toml", 'zone = "Mars/Crater"', "x.toml: `zone`: there is no time zone 'Mars/Crater'."),
        ("x.toml", 'date = "soon"', "x.toml: `date` must look like 2023-09-10, not 'soon'."),
        ("x.toml", "[people.ana]\ntz = 3", "x.toml, people.ana: `tz` must be text, not 3."),
        ("x.toml", '[channels.ops]\nmembers = ["zoe"]', "x.toml, channels.ops: the member 'zoe' is not one"),
        (
            "x.toml",
            '[people.ana]\n[channels.ops]\n[[step]]\nat = "14:05"\nwho = "ana"\nsay = "x"',
            "x.toml, step 1: `at` names no day, and the file has no `date`.",
        ),
        ("x.json", "[", "x.json is not valid JSON: "),
        ("x.json", "[]", "x.json: a table is expected here, not []."),
        ("x.json", '{"title": "x", "entries": []}', "x.json: no entry has a time, so nothing would happen."),
        (
            "x.json",
            '{"title": "x", "entries": [{"at": "2 pm", "text": "x"}]}',
            "x.json, entry 1: `at`",
        ),
        (
            "x.json",
            '{"title": "x", "entries": [{"at": "2024-02-03T14:00:00", "text": "x"}]}',
            "x.json, entry 1: `at` has no offset from UTC: 2024-02-03T14:00:00.",
        ),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refusal:
        load(tmp_path / name)
    assert str(refusal.value).startswith(sentence)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as refusal:
        load(tmp_path / "nowhere.toml")
    assert str(refusal.value) == "nowhere.toml can't be read: No such file or directory."


def test_a_timeline_in_json_becomes_an_incident_around_its_entries(tmp_path: Path) -> None:
    # given entries out of order, two of one minute, one by a named author, one without a time
    file = tmp_path / "outage.json"
    document = {
        "title": "Outage & <smoke>",
        "timezone": "Europe/Paris",
        "resolved_at": "2024-02-03T18:00:00+01:00",
        "entries": [
            {"at": "2024-02-03T17:30:00+01:00", "text": "third `a|b` <b>"},
            {"at": "2024-02-03T15:00:00Z", "text": "first", "author": "Zoé"},
            {"text": "some time that day"},
            {"at": "2024-02-03T16:00:00+01:00", "text": "second"},
        ],
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    # when it is read
    scenario = load(file)
    # then somebody opens the incident a minute before
    assert scenario.rooms["incident-room"].has_app
    opening, declared = scenario.steps[:2]
    assert opening.at == declared.at == datetime(2024, 2, 3, 14, 59, tzinfo=UTC)
    assert opening.action == Say("Something is off, opening an incident.", is_verbatim=True)
    assert declared.action == Command("/incident", "start here Outage & <smoke>", is_verbatim=True)
    # and the entries are said in the order of time, each marked by somebody else
    said = [step for step in scenario.steps if isinstance(step.action, Say) and step.action.key]
    assert [step.action.text for step in said if isinstance(step.action, Say)] == [
        "first",
        "second",
        "third `a|b` <b>",
    ]
    assert said[0].who == "Zoé"
    marks = {step.action.of: step for step in scenario.steps if isinstance(step.action, React)}
    for step in said:
        assert isinstance(step.action, Say)
        assert step.action.key is not None
        mark = marks[step.action.key]
        assert mark.action == React(step.action.key, "pushpin")
        assert mark.who != step.who
        assert mark.at == step.at
    # and it is resolved when it was resolved, after an unmarked line
    closing, resolved = scenario.steps[-2:]
    assert closing.action == Say("That was the last of it, closing the incident.", is_verbatim=True)
    assert resolved.action == Command("/resolve", "", is_verbatim=True)
    assert resolved.at == datetime(2024, 2, 3, 17, 0, tzinfo=UTC)
    assert len(scenario.steps) == 2 + 2 * 3 + 2


@pytest.mark.corpus
def test_every_published_timeline_can_be_told() -> None:
    for file in INCIDENTS:
        entries = [entry for entry in json.loads(file.read_text())["entries"] if entry.get("at")]
        entries.sort(key=lambda entry: datetime.fromisoformat(entry["at"]))
        scenario = load(file)
        told = [
            (step.at, step.action.text)
            for step in scenario.steps
            if isinstance(step.action, Say) and step.action.key
        ]
        assert told == [(datetime.fromisoformat(entry["at"]), entry["text"]) for entry in entries], file.name
        assert all(one.at <= two.at for one, two in zip(scenario.steps, scenario.steps[1:], strict=False))


EIGHT = [
    ("14:00", "Deployment of the new feature commenced as part of the regular release cycle."),
    ("14:15", "Monitoring alerts triggered due to increased error rates and slower response times."),
    ("14:20", "Initial investigation pointed toward database connection errors."),
    ("14:30", "The database team reviewed connection logs and identified unusual patterns."),
    ("14:45", "The incident was escalated to the deployment team for joint analysis."),
    ("15:00", "Database queries associated with the new feature were identified as a potential cause."),
    ("15:15", "Temporary rollback of the feature was executed to restore service stability."),
    ("15:30", "Service fully restored and incident concluded."),
]


SECTIONS = (
    "mag",
    "dart",
    "bulb",
    "boom",
    "book",
    "scales",
    "sports_medal",
    "thunder_cloud_and_rain",
    "four_leaf_clover",
    "mega",
)


def test_the_packaged_scenario_tells_the_deployment_disruption() -> None:
    scenario = load(SEED)
    posts: dict[str, Step] = {}
    texts: dict[str, str] = {}
    marks: defaultdict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for step in scenario.steps:
        match step.action:
            case Say(text=text, key=str(key)):
                posts[key], texts[key] = step, text
            case Alert(text=text, attachments=attachments, key=str(key)):
                assert not text
                posts[key], texts[key] = step, str(attachments[0]["text"])
            case Edit(of=of, text=text):
                assert texts[of] != text
                assert marks["pushpin"][of]
                texts[of] = text
            case React(of=of, emoji=emoji):
                assert step.who != posts[of].who
                marks[emoji][of].append(step.who)
    # the timeline: the eight entries at their minutes, one of them marked twice, one in a thread
    timeline = [(f"{posts[key].at:%H:%M}", texts[key]) for key in marks["pushpin"]]
    assert sorted(timeline) == EIGHT
    assert sorted(len(people) for people in marks["pushpin"].values()) == [1] * 7 + [2]
    assert len({person for people in marks["pushpin"].values() for person in people}) >= 3
    in_threads = [
        key for key in marks["pushpin"] if getattr(posts[key].action, "in_thread_of", None) is not None
    ]
    assert in_threads == ["patterns"]
    # the sections
    assert {emoji: len(marks[emoji]) for emoji in marks if emoji in SECTIONS} == {
        "scales": 1,
        "sports_medal": 1,
        "thunder_cloud_and_rain": 1,
        "mega": 3,
        "four_leaf_clover": 1,
        "mag": 1,
        "dart": 3,
        "bulb": 5,
        "boom": 1,
        "book": 1,
    }
    told = " ".join(texts.values()).lower()
    for fact in (
        "small subset of users",
        "inefficient database queries",
        "unexpected spike in database connection usage and response times",
        "query optimization",
        "thorough testing before deployment",
        "improved monitoring and alerting of database behaviour",
        "database impact assessment",
        "collaborative response",
        "preventive testing in staging",
        "post-deployment monitoring",
        "documentation updates",
    ):
        assert fact in told
    # declared at 14:20, resolved at 15:30 as the very last thing; one deletion of something unmarked
    commands = [step for step in scenario.steps if isinstance(step.action, Command)]
    assert [f"{commands[n].at:%Y-%m-%d %H:%M}" for n in (0, -1)] == ["2023-09-10 14:20", "2023-09-10 15:30"]
    assert commands[0].action == Command("/incident", "start here Deployment disruption since 14:00")
    assert commands[-1] == scenario.steps[-1]
    # in between what becomes known is stated
    stated = [step.action.text.split()[0] for step in commands[1:-1] if isinstance(step.action, Command)]
    assert stated == ["severity", "role", "milestone", "milestone", "milestone", "task"]
    deleted = [step.action.of for step in scenario.steps if isinstance(step.action, Delete)]
    assert len(deleted) == 1
    assert not any(deleted[0] in people for people in marks.values())
