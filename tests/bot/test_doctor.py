"""The doctor says what is wrong, one line each, and what to do about it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.doctor import examine, live, machine
from bot.doctor.record import outbox_findings
from bot.doctor.slack import clock_findings
from bot.settings import Settings
from sandbox.server import Sandbox
from storage import outbox
from storage.database import Database
from storage.outbox import NewIntent
from storage.outbox_upkeep import Standing
from storage.tables import Incident, Workspace

NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)


def settings_for(sandbox: Sandbox, url: str) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=sandbox.bot_token,
        slack_app_token=sandbox.app_token,
        slack_api_url=sandbox.api_url,
        database_url=url,
    )


async def refused_and_held(url: str) -> None:
    """An outbox with a confirmation Slack refused, a reply nobody can decide, and a summary that waits."""
    database = Database(url)
    await database.open()
    async with database.write() as session:
        asks = [
            NewIntent(kind, f"{kind}:1", f"{kind}:1", {})
            for kind in ("confirm_mark", "reply", "refresh_summary")
        ]
        await outbox.ask(session, asks, asked_at=NOON)
    async with database.write() as session:
        for intent in await outbox.waiting(session, limit=10):
            if intent.kind == "confirm_mark":
                await outbox.close_failed(session, intent, "reactions.add: missing_scope (reactions:write)")
            if intent.kind == "reply":
                assert await outbox.note_begun(session, intent)
                await outbox.close_held(session, intent, "response_url: HTTP 500")
    await database.close()


async def test_a_healthy_scribe_has_nothing_wrong(database_url: str) -> None:
    await refused_and_held(
        database_url.replace("scribe.db", "other.db")
    ) if "sqlite" in database_url else None
    async with Sandbox() as sandbox:
        settings = settings_for(sandbox, database_url)
        database = Database(database_url)
        await database.open()
        await database.close()

        found = await examine(settings, NOON)

    assert [finding for finding in found if not finding.is_well] == []
    said = {finding.what: finding.found for finding in found}
    on_a_disk = ["disk"] if "sqlite" in database_url else []
    whole = ["database", "migration", "outbox", "catch-up", "slack", "requests", "scopes"]
    assert list(said) == ["environment", *on_a_disk, *whole]
    assert said["outbox"] == "nothing waits"
    assert said["catch-up"] == "no incident is open; no Scribe was ever connected"
    assert said["requests"] == "come by Socket Mode; Slack accepts SLACK_APP_TOKEN"


async def test_what_was_refused_or_is_held_comes_first_with_its_reason(database_url: str) -> None:
    await refused_and_held(database_url)
    async with Sandbox() as sandbox:
        found = await examine(settings_for(sandbox, database_url), NOON + timedelta(minutes=7))

    lines = [finding.found for finding in found if finding.what == "outbox"]
    assert lines[0] == "1 waiting, the oldest for 7 min (1 refresh_summary)"
    assert "confirm_mark refused for good: reactions.add: missing_scope (reactions:write)" in lines
    assert "reply held, since nobody can tell if it was sent: response_url: HTTP 500" in lines
    assert "scribe outbox retry --all" in lines[-1]


async def test_a_scope_that_was_not_granted_is_named(database_url: str) -> None:
    async with Sandbox(scopes=["chat:write", "commands"]) as sandbox:
        found = await examine(settings_for(sandbox, database_url), NOON)

    needed, optional = [finding for finding in found if finding.what == "scopes"]
    assert not needed.is_well
    assert "reactions:write" in needed.found
    assert "pins:write" not in needed.found
    assert "reinstall the app with what `scribe manifest` prints" in needed.found
    assert optional.is_well
    assert "summaries are not pinned (pins:write)" in optional.found
    assert "canvases are not bookmarked (bookmarks:write)" in optional.found


async def test_slack_and_the_database_being_gone_are_one_line_each(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1",
        slack_api_url="http://127.0.0.1:9/",
        database_url=f"sqlite:///{tmp_path / 'nowhere' / 'scribe.db'}",
    )

    found = await examine(settings, NOON)

    assert [finding.what for finding in found if not finding.is_well] == ["disk", "database", "slack"]
    assert "cannot be reached at http://127.0.0.1:9/" in found[-1].found


def test_many_reasons_are_counted_not_listed() -> None:
    many = [Standing("failed", "reply", f"reason {n}", 1, NOON) for n in range(30)]

    found = outbox_findings(many, NOON)

    assert len(found) == 13
    assert "20 more reasons" in found[-2].found


async def test_retry_puts_back_what_is_kept_and_only_a_reply_is_sent_undecided(database_url: str) -> None:
    await refused_and_held(database_url)
    database = Database(database_url)

    from bot.intent_kinds import DECIDED_BY_RETRY
    from storage import outbox_upkeep

    async with database.write() as session:
        assert await outbox_upkeep.retry(session, None, decided_kinds=DECIDED_BY_RETRY) == 2
    async with database.read() as session:
        waiting = {intent.kind: intent.is_in_doubt for intent in await outbox.waiting(session, limit=10)}
    await database.close()

    assert waiting == {"confirm_mark": False, "reply": False, "refresh_summary": False}


class TestTheCommands:
    """As an operator types them."""

    @pytest.fixture(autouse=True)
    def scribe(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'scribe.db'}")
        assert CliRunner().invoke(app, ["migrate"]).exit_code == 0

    def test_an_empty_outbox_says_so(self) -> None:
        shown = CliRunner().invoke(app, ["outbox", "list"])

        assert shown.exit_code == 0
        assert "Nothing waits, is held or was refused." in shown.output

    def test_retry_wants_to_know_what(self) -> None:
        shown = CliRunner().invoke(app, ["outbox", "retry"])

        assert shown.exit_code == 1
        assert "scribe outbox retry --all" in shown.output

    def test_retry_of_nothing_says_so(self) -> None:
        shown = CliRunner().invoke(app, ["outbox", "retry", "12"])

        assert shown.exit_code == 1
        assert "Nothing of that was refused or is held" in shown.output


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("", "public incidents are announced in #incidents"),
        ("archived", "#incidents is archived; name another channel in ANNOUNCE_CHANNEL"),
        ("shared", "#incidents is shared with another company, so nothing is posted there"),
        ("elsewhere", "ANNOUNCE_CHANNEL names #incidents, which Scribe cannot see"),
    ],
)
async def test_the_channel_of_announcements_is_looked_at(database_url: str, state: str, said: str) -> None:
    async with Sandbox() as sandbox:
        ana = sandbox.workspace.add_person("ana")
        name = "outages" if state == "elsewhere" else "incidents"
        channel = sandbox.workspace.add_channel(name, members=[ana.id])
        if state == "archived":
            sandbox.workspace.archive(ana.id, channel.id)
        if state == "shared":
            sandbox.workspace.share_channel(channel.id, "T0CONNECTED")
        settings = settings_for(sandbox, database_url).model_copy(update={"announce_channel": "incidents"})

        found = await examine(settings, NOON)

    (finding,) = [one for one in found if one.what == "announcements"]
    assert finding.found == said
    assert finding.is_well is (state == "")


async def test_whom_a_setting_names_in_vain_is_said(sqlite_url: str) -> None:
    async with Sandbox() as sandbox:
        ana = sandbox.workspace.add_person("ana")
        settings = settings_for(sandbox, sqlite_url)
        settings.invite.update(sev1="@ana", sev2="@gone, #gone")

        found = {one.what: one for one in await examine(settings, NOON)}

    assert ana.name == "ana"
    assert (found["INVITE_SEV1"].is_well, found["INVITE_SEV1"].found) == (True, "stands for 1 person")
    assert not found["INVITE_SEV2"].is_well
    assert "@gone: no group and nobody is called so" in found["INVITE_SEV2"].found
    assert "#gone: there is no such channel" in found["INVITE_SEV2"].found


async def test_an_app_token_slack_does_not_accept_is_said(sqlite_url: str) -> None:
    async with Sandbox() as sandbox:
        settings = settings_for(sandbox, sqlite_url).model_copy(update={"slack_app_token": "xapp-1"})

        (wrong,) = [one for one in await examine(settings, NOON) if not one.is_well]

    assert wrong.found.startswith("Slack does not accept SLACK_APP_TOKEN (invalid_auth): make one")
    assert "xapp" not in wrong.found


async def test_over_http_the_secret_shows_with_the_first_request(sqlite_url: str) -> None:
    async with Sandbox() as sandbox:
        changes = {"slack_app_token": "", "slack_signing_secret": "a" * 32}
        found = await examine(settings_for(sandbox, sqlite_url).model_copy(update=changes), NOON)

    (requests,) = [one for one in found if one.what == "requests"]
    assert requests.is_well
    assert requests.found.startswith("come over HTTP")


async def test_a_schema_that_is_behind_is_not_brought_up_to_date_by_looking(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    async with database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0013'")
    await database.close()
    async with Sandbox() as sandbox:
        for _ in range(2):
            found = await examine(settings_for(sandbox, sqlite_url), NOON)

            (wrong,) = [one for one in found if not one.is_well]
            assert wrong.what == "migration"
            assert wrong.found.startswith("stands at 0013 and lacks 0014, 0015")
            assert "scribe migrate" in wrong.found


async def open_incident(url: str, team_id: str, channel_id: str | None, *, heard_at: datetime | None) -> None:
    database = Database(url)
    await database.open()
    async with database.write() as session:
        session.add(
            Workspace(
                team_id=team_id,
                name="Acme",
                url="https://acme.slack.com/",
                bot_user_id="U0SCRIBE",
                bot_id="B0SCRIBE",
                heard_at=heard_at,
            )
        )
        session.add(
            Incident(
                team_id=team_id,
                number=1,
                channel_id=channel_id,
                channel_name="ops",
                title="Down",
                status="open",
                is_own_channel=False,
                declared_by="U1",
                declared_at=NOON,
            )
        )
    await database.close()


@pytest.mark.parametrize(
    ("heard_at", "after", "said"),
    [
        (None, 0, "1 open, and no Scribe was ever connected: start `scribe run`"),
        (NOON, 3, "1 open, and a Scribe was connected 3 min ago: start `scribe run`"),
        (NOON + timedelta(minutes=45), 45, "1 open, the channel read longest ago 45 min ago: the log"),
    ],
)
async def test_a_scribe_that_does_not_hear_an_open_incident_is_said(
    sqlite_url: str, heard_at: datetime | None, after: int, said: str
) -> None:
    async with Sandbox() as sandbox:
        workspace = sandbox.workspace
        channel = workspace.add_channel("ops", members=[workspace.bot_user_id])
        await open_incident(sqlite_url, workspace.team_id, channel.id, heard_at=heard_at)

        found = await examine(settings_for(sandbox, sqlite_url), NOON + timedelta(minutes=after))

    (wrong,) = [one for one in found if not one.is_well]
    assert wrong.what == "catch-up"
    assert wrong.found.startswith(said)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("in it", "Scribe is in those of 1 open incident"),
        ("out", "INC-1: Scribe is not in its channel"),
        ("archived", "is archived: say `/resolve` of it elsewhere, or bring it back"),
        ("gone", "cannot be read (conversations_info: channel_not_found): invite Scribe to it"),
        ("none", "INC-1: its channel is not open yet"),
    ],
)
async def test_the_channels_of_open_incidents_are_looked_at(sqlite_url: str, state: str, said: str) -> None:
    async with Sandbox() as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana")
        members = [ana.id] if state == "out" else [ana.id, workspace.bot_user_id]
        channel_id: str | None = workspace.add_channel("ops", members=members).id
        if state == "archived":
            workspace.archive(ana.id, channel_id or "")
        if state in ("gone", "none"):
            channel_id = {"gone": "C0GONE", "none": None}[state]
        await open_incident(sqlite_url, workspace.team_id, channel_id, heard_at=NOON)

        found = await examine(settings_for(sandbox, sqlite_url), NOON)

    (channels,) = [one for one in found if one.what == "channels"]
    assert said in channels.found
    assert channels.is_well is (state == "in it")


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("Sun, 10 Sep 2023 12:00:40 GMT", "goes with Slack's"),
        ("Sun, 10 Sep 2023 12:10:00 GMT", "is 600 s behind Slack's: set it by NTP"),
        ("Sun, 10 Sep 2023 11:50:00 GMT", "is 600 s ahead of Slack's: set it by NTP"),
    ],
)
def test_a_clock_that_is_wrong_is_said(date: str, said: str) -> None:
    (finding,) = clock_findings(date, NOON)

    assert finding.found.startswith(said)
    assert finding.is_well is said.startswith("goes")


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_an_answer_without_a_date_says_nothing_of_the_clock(date: str | None) -> None:
    assert clock_findings(date, NOON) == []


def test_tokens_that_others_can_read_are_said(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert machine.readers_of(file) == []
    file.touch(mode=0o644)
    (found,) = machine.readers_of(file)
    assert not found.is_well
    assert f"chmod 600 {file}" in found.found

    file.chmod(0o600)

    (found,) = machine.readers_of(file)
    assert found.is_well


def test_a_disk_that_is_nearly_full_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.room(tmp_path, "DATABASE_URL").is_well
    monkeypatch.setattr(machine, "LEAST_FREE", 1 << 60)

    full = machine.room(tmp_path, "DATABASE_URL")

    assert not full.is_well
    assert full.found.endswith("make room, since Scribe records nothing on a full disk")
    assert not machine.room(tmp_path / "gone", "EXPORT_DIR").is_well


class TestLive:
    """What Slack alone knows."""

    async def live(self, sandbox: Sandbox, url: str, golden: Path) -> dict[str, tuple[bool, str]]:
        settings = settings_for(sandbox, url).model_copy(update={"rate_scale": 1000.0})
        return {one.what: (one.is_well, one.found) for one in await live.examine(settings, golden)}

    async def test_slack_takes_everything_scribe_shows(self, sqlite_url: str) -> None:
        async with Sandbox(rate_scale=1000) as sandbox:
            found = await self.live(sandbox, sqlite_url, live.GOLDEN)
            assert sandbox.workspace.canvases == {}

        assert found["canvas"] == (True, "can be made and deleted")
        is_well, said = found["blocks"]
        assert is_well, said
        messages, forms = (int(word) for word in said.split() if word.isdecimal())
        assert messages > 150
        assert forms > 50

    async def test_what_slack_would_refuse_is_named_with_its_file(
        self, sqlite_url: str, tmp_path: Path
    ) -> None:
        (tmp_path / "golden").mkdir()
        good = {"type": "section", "text": {"type": "mrkdwn", "text": "fine"}}
        bad = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
        for name, shown in {
            "a": {"text": "a", "blocks": [good]},
            "b": {"text": "b", "blocks": [good, bad]},
            "c": {"type": "modal", "title": {"type": "plain_text", "text": "y" * 30}, "blocks": [good]},
        }.items():
            (tmp_path / "golden" / f"{name}.json").write_text(json.dumps(shown))
        async with Sandbox(rate_scale=1000) as sandbox:
            settings = settings_for(sandbox, sqlite_url)
            found = [one for one in await live.examine(settings, tmp_path) if one.what == "blocks"]

        assert [one.is_well for one in found] == [False, False]
        assert found[0].found.startswith("golden/b.json /2/text/text: must be less than 3001 characters")
        assert found[1].found.startswith("golden/c.json /title/text: must be less than 25 characters")

    async def test_an_installed_scribe_has_none_to_ask_about(self, sqlite_url: str, tmp_path: Path) -> None:
        async with Sandbox(rate_scale=1000) as sandbox:
            is_well, said = (await self.live(sandbox, sqlite_url, tmp_path))["blocks"]

        assert is_well
        assert said.startswith("none to ask about")

    @pytest.mark.parametrize(
        ("error", "is_well", "said"),
        [
            ("free_teams_cannot_create_non_tabbed_canvases", True, "can be had in tabs of channels alone"),
            (
                "restricted_action",
                False,
                "cannot be had (restricted_action): drafts come as threads or files",
            ),
        ],
    )
    async def test_where_slack_makes_no_canvas_that_is_said(
        self, sqlite_url: str, tmp_path: Path, error: str, is_well: bool, said: str
    ) -> None:
        async with Sandbox(rate_scale=1000) as sandbox:
            sandbox.workspace.refuse("canvases.create", error)
            found = await self.live(sandbox, sqlite_url, tmp_path)

        assert found["canvas"][0] is is_well
        assert found["canvas"][1].startswith(said)
