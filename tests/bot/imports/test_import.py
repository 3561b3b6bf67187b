"""A channel nobody had Scribe in becomes an incident: from an export's folder, its .zip, or plain JSON."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import select
from typer.testing import CliRunner

from bot.cli import app
from bot.imports.reading import CannotImport, read
from bot.imports.recording import Imported, home_of, record, told
from bot.incidents.record import Recording
from bot.postmortem.export import NothingToExport, export
from bot.settings import OfflineSettings
from bot.settings.routes import MessageRule
from storage import timeline
from storage.database import Database
from storage.tables import TimelineEvent

NEVER: Any = "no time, which no database takes"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
SECTIONS = {"pushpin": "timeline", "mag": "root_cause"}
MESSAGES: list[dict[str, Any]] = [
    {"type": "message", "subtype": "channel_join", "user": "U1", "ts": "1694354400.000100", "text": "joined"},
    {
        "type": "message",
        "user": "U1",
        "ts": "1694354460.000100",
        "text": "Checkout &amp; cart are slow <@U2>",
        "reactions": [{"name": "pushpin", "users": ["U2"], "count": 1}],
    },
    {
        "type": "message",
        "user": "U2",
        "ts": "1694354520.000100",
        "thread_ts": "1694354460.000100",
        "text": "An index is missing.",
        "reactions": [{"name": "mag", "users": ["U1"], "count": 1}, {"name": "tada", "users": ["U1"]}],
    },
    {"type": "message", "user": "U1", "ts": "1694358000.000100", "text": "We are back."},
]
USERS = [
    {"id": "U1", "team_id": "T7", "name": "ana", "profile": {"display_name": "Ana"}, "tz": "UTC"},
    {"id": "U2", "team_id": "T7", "name": "ben", "profile": {"real_name": "Ben Okafor"}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "export"
    days = root / "ops"
    days.mkdir(parents=True)
    (root / "channels.json").write_text(
        json.dumps([{"id": "C9", "name": "ops"}, {"id": "C8", "name": "random"}])
    )
    (root / "users.json").write_text(json.dumps(USERS))
    (days / "2023-09-10.json").write_text(json.dumps(MESSAGES[2:]))
    (days / "2023-09-09.json").write_text(json.dumps(MESSAGES[:2]))
    return root


@pytest.fixture
async def database(database_url: str) -> Any:
    opened = Database(database_url)
    await opened.open()
    yield opened
    await opened.close()


async def imported(database: Database, path: Path, *, takes_all: bool = False) -> Imported:
    history = read(path)
    home = await home_of(database, history, "https://acme.slack.com")
    recording = Recording(SECTIONS, lambda: NOW)
    return await record(database, history, home, recording, title=None, takes_all=takes_all, now=NOW)


async def test_an_export_becomes_an_incident_with_its_marks_names_and_links(
    database: Database, folder: Path, tmp_path: Path
) -> None:
    made = await imported(database, folder)

    assert (made.number, made.is_new, made.messages, made.on_timeline, made.in_sections) == (1, True, 3, 1, 1)
    written = await export(database, 1, tmp_path / "out", OfflineSettings(_env_file=None))
    text = written.postmortem.read_text()
    assert "INC-1: #ops" in text
    assert "Checkout & cart are slow @Ben Okafor" in text.replace("\\", "")
    assert "https://acme.slack.com/archives/C9/p1694354460000100" in text
    assert "An index is missing." in text
    assert "joined" not in text


async def test_what_a_rule_takes_is_on_the_timeline_of_an_imported_channel(
    database: Database, folder: Path
) -> None:
    history = read(folder)
    deploy: dict[str, Any] = {
        **history.messages[-1],
        "ts": "1694354470.000100",
        "bot_id": "B7",
        "username": "Deploy Bot",
    }
    deploy = {**deploy, "text": "Deployed checkout", "subtype": "bot_message", "user": None, "reactions": []}
    history = replace(history, messages=[*history.messages, deploy])
    home = await home_of(database, history, "https://acme.slack.com")
    rule = MessageRule("deploys", 1, "deploy", bot=("Deploy Bot",))
    recording = Recording(SECTIONS, lambda: NOW, rules=(rule,))

    for _ in range(2):
        await record(database, history, home, recording, title=None, takes_all=False, now=NOW)

    async with database.read() as session:
        found = (await session.exec(select(TimelineEvent).where(TimelineEvent.source == "rule"))).all()
    assert [(one.kind, one.message_ts) for one in found] == [("deploy", "1694354470.000100")]


async def test_two_workspaces_have_an_incident_of_one_number_each(
    database: Database, folder: Path, tmp_path: Path
) -> None:
    await imported(database, folder)
    history = replace(read(folder), team_id=None, channel_name="beta")
    beta = await home_of(database, history, "https://beta.slack.com")
    made = await record(
        database,
        history,
        beta,
        Recording(SECTIONS, lambda: NOW),
        title="Beta is down",
        takes_all=True,
        now=NOW,
    )
    settings = OfflineSettings(_env_file=None)

    assert "scribe export INC-1 --format html --workspace https://beta.slack.com/" in told(made, "pushpin")
    with pytest.raises(
        NothingToExport, match=r"each of https://acme\.slack\.com/, https://beta\.slack\.com/"
    ):
        await export(database, 1, tmp_path, settings)
    with pytest.raises(NothingToExport, match="'gamma' has no INC-1"):
        await export(database, 1, tmp_path, settings, workspace="gamma")
    for named in ("beta", "https://beta.slack.com/", "beta.slack.com"):
        written = await export(database, 1, tmp_path / named[:4], settings, workspace=named)
        assert "Beta is down" in written.postmortem.read_text()


async def test_importing_again_changes_nothing(database: Database, folder: Path) -> None:
    first = await imported(database, folder)

    again = await imported(database, folder)

    assert not again.is_new
    assert (again.number, again.on_timeline, again.in_sections) == (1, first.on_timeline, first.in_sections)


async def test_every_message_is_put_on_the_timeline_on_request_once(database: Database, folder: Path) -> None:
    await imported(database, folder, takes_all=True)
    again = await imported(database, folder, takes_all=True)

    assert again.on_timeline == 3
    async with database.read() as session:
        lines = await timeline.standing(session, 1)
    assert [line.message.text for line in lines if line.message] == [
        "Checkout &amp; cart are slow <@U2>",
        "An index is missing.",
        "We are back.",
    ]
    assert [line.event.number for line in lines] == [1, 2, 3]


async def test_a_zip_says_the_same_as_its_folder(database: Database, folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in folder.rglob("*.json"):
            archive.write(file, file.relative_to(folder).as_posix())

    assert read(packed) == read(folder)


def test_a_file_of_messages_needs_only_its_channel(tmp_path: Path) -> None:
    file = tmp_path / "channel.json"
    file.write_text(json.dumps({"channel": {"id": "C9", "name": "ops"}, "messages": MESSAGES[::-1]}))

    history = read(file)

    assert (history.channel_id, history.channel_name) == ("C9", "ops")
    assert [message["ts"] for message in history.messages] == [message["ts"] for message in MESSAGES[1:]]
    assert history.notices == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not valid JSON"),
        ("[]", "does not say which channel"),
        ('{"channel": "C9", "messages": 1}', "should hold a list of messages"),
        ('"C9"', "does not say which channel"),
        ('{"channel": "C9"}', "should hold a list of messages"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "channel.json"
    file.write_text(content)

    with pytest.raises(CannotImport, match=says) as problem:
        read(file)

    assert "\n" not in str(problem.value)


def test_an_entry_without_a_moment_is_left_out_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "channel.json"
    file.write_text(json.dumps({"channel": "C9", "messages": [*MESSAGES, {"text": "?"}, {"ts": 5.0}]}))

    history = read(file)

    assert len(history.messages) == 3
    assert [(one.where, one.why) for one in history.skipped] == [
        ("entry 5 of channel.json", "it has no time"),
        ("entry 6 of channel.json", "its time is not Slack's"),
    ]


def test_an_export_with_several_channels_asks_which(folder: Path) -> None:
    (folder / "random").mkdir()
    (folder / "random" / "2023-09-10.json").write_text("[]")

    with pytest.raises(CannotImport, match=r"#ops, #random: say which one"):
        read(folder)
    with pytest.raises(CannotImport, match=r"no channel #nope"):
        read(folder, channel="#nope")
    assert read(folder, channel="#ops").channel_id == "C9"
    assert read(folder, channel="C9").channel_id == "C9"


def test_the_command_says_what_came_of_it_and_what_is_missing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'scribe.db'}")
    runner = CliRunner()

    unmet = runner.invoke(app, ["import", str(folder)])
    assert unmet.exit_code == 1
    assert "--workspace https://acme.slack.com" in unmet.output

    made = runner.invoke(
        app, ["import", str(folder), "--workspace", "https://acme.slack.com", "--title", "A <b"]
    )
    assert made.exit_code == 0
    assert "INC-1 was made: 3 messages, 1 of them on the timeline, 1 in other sections." in made.output

    again = runner.invoke(app, ["import", str(folder)])
    assert "INC-1 was there already and is up to date" in again.output


async def test_an_odd_export_becomes_an_incident_whole_but_for_what_is_odd(
    database: Database, folder: Path
) -> None:
    odd = [
        {"ts": 1694354700000, "user": "U1", "text": "In milliseconds.", "reactions": None},
        {"ts": "1694354701.000100", "user": None, "text": "half \ud83d, nul \0", "files": [None]},
        {"ts": "1694354702.000100", "user": {"id": "U1"}, "text": None, "reactions": [{"name": "mag"}]},
        {"ts": "1694354703.000100", "user": "U" * 5000, "text": "Who?", "thread_ts": "soon", "edited": 1},
        {"ts": "1694354704.000100", "subtype": "tombstone", "text": "This message was deleted."},
        {"ts": "1694354705.000100", "subtype": "bot_add", "user": "U1", "text": "added"},
        None,
        {"ts": None, "text": "When?"},
    ]
    (folder / "ops" / "2023-09-11.json").write_text(json.dumps(odd))
    (folder / "ops" / "2023-09-12.json").write_text("[{")
    (folder / "users.json").write_text(json.dumps([None, {"id": 5}, {"id": "U3", "tz": 5}, *USERS]))

    made = await imported(database, folder, takes_all=True)
    again = await imported(database, folder, takes_all=True)

    assert (made.messages, made.on_timeline, made.notices, made.guessed) == (7, 7, 3, 1)
    assert [one.where for one in made.skipped] == [
        "ops/2023-09-12.json",
        "entry 7 of ops/2023-09-11.json",
        "entry 8 of ops/2023-09-11.json",
    ]
    assert (again.is_new, again.on_timeline) == (False, 7)


async def test_an_import_that_fails_leaves_nothing(database: Database, folder: Path) -> None:
    history = read(folder)
    home = await home_of(database, history, "acme")

    with pytest.raises(StatementError):
        await record(
            database, history, home, Recording(SECTIONS, lambda: NOW), title=None, takes_all=True, now=NEVER
        )

    async with database.read() as session:
        assert await timeline.standing(session, 1) == []
    assert (await imported(database, folder)).number == 1


class TestWhoseItIs:
    """The workspace is the one that is named or known, never a guess."""

    @pytest.fixture(autouse=True)
    def scribe(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'scribe.db'}")

    def run(self, *words: str) -> tuple[int, str]:
        ended = CliRunner().invoke(app, ["import", *words])
        assert "Traceback" not in ended.output
        assert ended.exception is None or isinstance(ended.exception, SystemExit)
        return ended.exit_code, ended.output

    def of_nobody(self, tmp_path: Path) -> str:
        """A file that does not say of which workspace it is."""
        file = tmp_path / "messages.json"
        file.write_text(json.dumps({"channel": "C5", "messages": MESSAGES}))
        return str(file)

    def test_one_that_is_known_by_its_id_is_taken(self, folder: Path) -> None:
        assert self.run(str(folder), "--workspace", "acme.slack.com")[0] == 0
        assert self.run(str(folder))[0] == 0

    def test_what_does_not_say_so_is_not_of_the_only_one_that_is_known(
        self, folder: Path, tmp_path: Path
    ) -> None:
        self.run(str(folder), "--workspace", "acme")

        code, said = self.run(self.of_nobody(tmp_path))

        assert code == 1
        assert "--workspace https://acme.slack.com" in said
        assert self.run(self.of_nobody(tmp_path), "--workspace", "https://acme.slack.com/")[0] == 0

    def test_another_address_than_the_known_one_is_refused(self, folder: Path) -> None:
        self.run(str(folder), "--workspace", "acme")

        code, said = self.run(str(folder), "--workspace", "https://other.slack.com")

        assert code == 1
        assert "whose address is https://acme.slack.com/, not https://other.slack.com/" in said

    @pytest.mark.parametrize(
        "named",
        ["", "ftp://acme.slack.com", "https://", "a b", "https://acme:port/", "T0123456", "https://[x/"],
    )
    def test_what_is_no_address_is_refused_with_an_example(self, folder: Path, named: str) -> None:
        code, said = self.run(str(folder), "--workspace", named)

        assert code == 1
        assert "--workspace https://acme.slack.com" in said

    def test_what_is_left_out_is_counted_and_named(self, folder: Path) -> None:
        (folder / "ops" / "2023-09-11.json").write_text(json.dumps([None] * 12))

        code, said = self.run(str(folder), "--workspace", "acme")

        assert code == 0
        assert "1 notices of Slack's own" in said or "1 notice of Slack's own" in said
        assert "12 could not be read and are left out:" in said
        assert "  entry 1 of ops/2023-09-11.json: it is no message" in said
        assert "  and 2 more" in said

    def test_an_empty_export_makes_nothing(self, folder: Path, tmp_path: Path) -> None:
        for day in (folder / "ops").iterdir():
            day.write_text("[]")

        code, said = self.run(str(folder), "--workspace", "acme")

        assert code == 1
        assert "Nobody said anything in #ops" in said


def test_of_messages_of_one_second_each_is_kept_and_one_of_the_very_same_time_is_named(
    tmp_path: Path,
) -> None:
    said = [
        {"type": "message", "user": "U1", "text": "db-1 is down", "ts": 1694354400},
        {"type": "message", "user": "U1", "text": "db-2 is down too", "ts": 1694354400},
        {"type": "message", "user": "U1", "text": "db-2 is down too", "ts": 1694354400},
        {"type": "message", "user": "U1", "text": "ok", "ts": "1694354401.000100"},
        {"type": "message", "user": "U2", "text": "not ok", "ts": "1694354401.000100"},
        {
            "type": "message",
            "user": "U1",
            "text": "ok!",
            "ts": "1694354401.000100",
            "edited": {"ts": "1694354409.0"},
        },
        {"type": "message", "user": "U1", "text": "ok", "ts": "1694354401.000100"},
        {"type": "message", "user": "U1", "text": "exact", "ts": "1694354400.000000"},
    ]
    file = tmp_path / "said.json"
    file.write_text(json.dumps(said))

    history = read(file, channel="ops", channel_id="C1")

    assert [message["text"] for message in history.messages] == [
        "exact",
        "db-1 is down",
        "db-2 is down too",
        "ok!",
    ]
    assert [message["ts"] for message in history.messages[:3]] == [
        f"1694354400.00000{number}" for number in range(3)
    ]
    assert [one.why for one in history.skipped] == ["another message has its time, 1694354401.000100"]
