"""`scribe doctor`: what is wrong, one line each, and what to do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.incidents.channels import shown_in
from bot.manifest import scopes
from bot.settings import Settings
from bot.settings.team import is_channel_id
from bot.slack.blocks.invitations import setting
from bot.slack.calls import Slack, SlackTrouble
from bot.slack.directory import channel_named
from bot.slack.egress import slack_session
from bot.slack.invited import invited_by
from bot.slack.optional_scopes import left_out
from bot.text.well_formed import table
from storage import outbox_upkeep
from storage.database import CANNOT_OPEN, Database, DatabaseUnavailable
from storage.outbox_upkeep import KEPT, Standing
from storage.vocabulary import IntentState

SHOWN_REASONS = 10


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's: `is_well`, what was looked at, and what was found."""

    is_well: bool
    what: str
    found: str


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Every check, the outbox first; none depends on another, so that one that fails hides none."""
    checks: Sequence[Callable[[], Awaitable[list[Finding]]]] = (
        lambda: _record(settings, now),
        lambda: _slack(settings),
    )
    return [finding for check in checks for finding in await check()]


async def _record(settings: Settings, now: datetime) -> list[Finding]:
    """The outbox and the database; where Scribe never ran there is nothing to examine, and none is made."""
    database = Database(settings.database_url)
    try:
        if not await database.holds_record():
            return [
                Finding(True, "database", f"holds no record yet; `scribe run` makes it ({database.shown})")
            ]
    except DatabaseUnavailable:
        pass  # the checks report it
    finally:
        await database.close()
    return [*await _outbox(settings, now), *await _database(settings)]


async def _outbox(settings: Settings, now: datetime) -> list[Finding]:
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            standing = await outbox_upkeep.standing(session)
    except CANNOT_OPEN as problem:
        return [Finding(False, "outbox", f"cannot be read ({database.said(problem)})")]
    finally:
        await database.close()
    return outbox_findings(standing, now)


def outbox_findings(standing: Sequence[Standing], now: datetime) -> list[Finding]:
    """What the outbox holds: how much waits and since when, and what nobody will send by itself."""
    waiting = [one for one in standing if one.state == IntentState.WAITING]
    kept = [one for one in standing if one.state in KEPT]
    found = [Finding(True, "outbox", _waiting(waiting, now))]
    for one in kept[:SHOWN_REASONS]:
        times = f"{one.count} × " if one.count > 1 else ""
        state = (
            "refused for good"
            if one.state == IntentState.FAILED
            else "held, since nobody can tell if it was sent"
        )
        found.append(
            Finding(False, "outbox", f"{times}{one.kind} {state}: {one.failure or 'no reason kept'}")
        )
    if len(kept) > SHOWN_REASONS:
        found.append(
            Finding(False, "outbox", f"{len(kept) - SHOWN_REASONS} more reasons: scribe outbox list")
        )
    if kept:
        advice = "mend the reason, then `scribe outbox retry --all`; `scribe outbox list` shows each"
        found.append(Finding(False, "outbox", advice))
    return found


def _waiting(waiting: Sequence[Standing], now: datetime) -> str:
    if not waiting:
        return "nothing waits"
    count = sum(one.count for one in waiting)
    minutes = max(int((now - min(one.since for one in waiting)).total_seconds() // 60), 0)
    kinds = ", ".join(f"{one.count} {one.kind}" for one in waiting)
    return f"{count} waiting, the oldest for {minutes} min ({kinds})"


async def _database(settings: Settings) -> list[Finding]:
    database = Database(settings.database_url)
    try:
        await database.open()
    except DatabaseUnavailable as problem:
        return [Finding(False, "database", str(problem))]
    finally:
        await database.close()
    kind = "SQLite, for one Scribe" if database.is_sqlite else "PostgreSQL, for any number of Scribes"
    return [Finding(True, "database", f"{database.shown} opens, its schema is up to date ({kind})")]


async def _slack(settings: Settings) -> list[Finding]:
    async with slack_session(settings.slack_api_url, within=10) as http:
        client = AsyncWebClient(
            token=settings.slack_bot_token, base_url=settings.slack_api_url, session=http, retry_handlers=[]
        )
        try:
            answer = await client.auth_test()
        except SlackApiError as refusal:
            error = str(refusal.response.get("error", "no answer that can be read"))
            return [Finding(False, "slack", f"does not accept SLACK_BOT_TOKEN ({error})")]
        except (aiohttp.ClientError, TimeoutError, OSError, SlackRequestError, ValueError) as problem:
            where = f"cannot be reached at {settings.slack_api_url} ({_first_line(problem)})"
            return [Finding(False, "slack", where)]
        found = [Finding(True, "slack", f"answers; Scribe is {answer['user']} in {answer['team']}")]
        found.extend(_scopes(str(answer.headers.get("x-oauth-scopes", ""))))
        if settings.announce_channel:
            found.append(await _announcements(settings.announce_channel, Slack(client, Clock())))
        for severity in settings.severity_names:
            if names := settings.invited_for(severity):
                found.append(await _invited(severity, names, Slack(client, Clock())))
        return found


async def _announcements(named: str, slack: Slack) -> Finding:
    """Whether ANNOUNCE_CHANNEL is a channel that Scribe can post to, read by nobody of another company."""
    what, called = "announcements", named if is_channel_id(named) else f"#{named}"
    try:
        channel_id = named if is_channel_id(named) else await channel_named(slack, named)
        if channel_id is None:
            return Finding(False, what, f"ANNOUNCE_CHANNEL names {called}, which Scribe cannot see")
        channel = table((await slack.call("conversations_info", channel=channel_id)).get("channel"))
    except SlackTrouble as trouble:
        return Finding(False, what, f"ANNOUNCE_CHANNEL names {called}, which cannot be read ({trouble})")
    if channel.get("is_archived"):
        return Finding(False, what, f"{called} is archived; name another channel in ANNOUNCE_CHANNEL")
    if shown_in(channel, by="").is_ext_shared:
        return Finding(False, what, f"{called} is shared with another company, so nothing is posted there")
    if channel.get("is_private") and not channel.get("is_member"):
        return Finding(False, what, f"{called} is private: invite Scribe to it")
    return Finding(True, what, f"public incidents are announced in {called}")


async def _invited(severity: str, names: Sequence[str], slack: Slack) -> Finding:
    """Whether everybody whom a setting names is to be found."""
    what = setting(severity)
    try:
        invited = await invited_by(slack, names)
    except SlackTrouble as trouble:
        return Finding(False, what, f"cannot be looked up ({trouble})")
    if invited.unknown:
        missing = "; ".join(f"{name}: {why}" for name, why in invited.unknown.items())
        return Finding(False, what, f"names whom Scribe cannot invite: {missing}")
    count = len(invited.people)
    return Finding(True, what, f"stands for {count} {'person' if count == 1 else 'people'}")


def _scopes(granted: str) -> list[Finding]:
    asked = scopes()
    has = {scope.strip() for scope in granted.split(",")}
    if not granted:
        return [Finding(True, "scopes", "Slack did not name them")]
    missing = sorted(set(asked["bot"]) - has)
    if missing:
        advice = "reinstall the app with what `scribe manifest` prints"
        found = [Finding(False, "scopes", f"missing: {', '.join(missing)}; {advice}")]
    else:
        found = [Finding(True, "scopes", "all that Scribe needs")]
    without = left_out(has)
    return [*found, Finding(True, "scopes", f"some are left out: {'; '.join(without)}")] if without else found


def _first_line(problem: Exception) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]
