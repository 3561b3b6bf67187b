"""The doctor says what is wrong, one line each, and what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.doctor import examine, outbox_findings
from bot.settings import Settings
from sandbox.server import Sandbox
from storage import outbox
from storage.database import Database
from storage.outbox import NewIntent
from storage.outbox_upkeep import Standing

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
    assert [finding.what for finding in found] == ["outbox", "database", "slack", "scopes"]
    assert found[0].found == "nothing waits"


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

    assert [finding.what for finding in found] == ["outbox", "database", "slack"]
    assert not any(finding.is_well for finding in found)
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
