"""Looking at Slack: the tokens, the clock, the scopes, and the channels that Scribe is to be in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.doctor.finding import Finding
from bot.incidents.channels import shown_in
from bot.manifest import scopes
from bot.settings import Settings
from bot.settings.team import is_channel_id
from bot.slack.blocks.invitations import setting
from bot.slack.calls import Refused, Slack, SlackTrouble
from bot.slack.directory import channel_named
from bot.slack.egress import slack_session
from bot.slack.invited import invited_by
from bot.slack.optional_scopes import left_out
from bot.text.well_formed import table
from storage import incidents
from storage.database import CANNOT_OPEN, Database, DatabaseUnavailable

MOST_CHANNELS = 20
"""Of so many open incidents the channels are looked at."""
MOST_SKEW = 60.0
"""Seconds; signed requests hold for five minutes, and times in the record are this machine's."""


async def examine(settings: Settings) -> list[Finding]:
    """Whether Slack answers, as whom, and what it lets Scribe do."""
    async with slack_session(settings.slack_api_url, within=10) as http:
        client = AsyncWebClient(
            token=settings.slack_bot_token, base_url=settings.slack_api_url, session=http, retry_handlers=[]
        )
        try:
            answer = await client.auth_test()
        except SlackApiError as refusal:
            error = str(refusal.response.get("error", "no answer that can be read"))
            advice = "copy it again from your app's page, OAuth & Permissions"
            return [Finding(False, "slack", f"does not accept SLACK_BOT_TOKEN ({error}): {advice}")]
        except (aiohttp.ClientError, TimeoutError, OSError, SlackRequestError, ValueError) as problem:
            where = f"cannot be reached at {settings.slack_api_url} ({_first_line(problem)})"
            return [Finding(False, "slack", f"{where}: check the network and SLACK_API_URL")]
        slack = Slack(client, Clock())
        found = [Finding(True, "slack", f"answers; Scribe is {answer['user']} in {answer['team']}")]
        found += clock_findings(answer.headers.get("date"), datetime.now(UTC))
        found.append(await _way_in(settings, slack))
        found += _scopes(str(answer.headers.get("x-oauth-scopes", "")))
        found += await _channels(settings, slack, str(answer["team_id"]))
        return [*found, *await named_in(settings, slack)]


async def named_in(settings: Settings, slack: Slack) -> list[Finding]:
    """Whether the channels and people that the settings name are to be found in a workspace."""
    found: list[Finding] = []
    if settings.announce_channel:
        found.append(await _announcements(settings.announce_channel, slack))
    for severity in settings.severity_names:
        if names := settings.invited_for(severity):
            found.append(await _invited(setting(severity), names, slack))
    for route in settings.routes.routes:
        if route.invite:
            found.append(await _invited(f"ROUTES_FILE, {route.name}", route.invite, slack))
    return found


def clock_findings(date: str | None, now: datetime) -> list[Finding]:
    """How far this machine's clock is from Slack's, which dates its answers (RFC 9110, 6.6.1)."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return []
    skew = (now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))).total_seconds()
    if abs(skew) <= MOST_SKEW:
        return [Finding(True, "clock", "goes with Slack's")]
    which = "ahead of" if skew > 0 else "behind"
    advice = "set it by NTP; requests that are five minutes old are refused"
    return [Finding(False, "clock", f"is {abs(skew):.0f} s {which} Slack's: {advice}")]


async def _way_in(settings: Settings, slack: Slack) -> Finding:
    """Whether Slack's requests can come: by a socket, or signed over HTTP."""
    if settings.serves_http:
        return Finding(
            True, "requests", "come over HTTP; whether SLACK_SIGNING_SECRET is right shows with the first one"
        )
    try:
        await slack.call("apps_connections_open", app_token=settings.slack_app_token)
    except Refused as refusal:
        advice = "make one on your app's page, Basic Information, App-Level Tokens, with connections:write"
        said = f"Slack does not accept SLACK_APP_TOKEN ({refusal.error}): {advice}"
        return Finding(False, "requests", said)
    except SlackTrouble as trouble:
        return Finding(False, "requests", f"no connection can be asked for ({trouble}): try again")
    return Finding(True, "requests", "come by Socket Mode; Slack accepts SLACK_APP_TOKEN")


async def _channels(settings: Settings, slack: Slack, team_id: str) -> list[Finding]:
    """Whether Scribe is in the channels of open incidents, and may post there."""
    database = Database(settings.database_url)
    try:
        if not await database.holds_record():
            return []
        async with database.read() as session:
            found = await incidents.open_ones(session, team_id, limit=MOST_CHANNELS)
    except (*CANNOT_OPEN, DatabaseUnavailable):
        return []  # said of the database already
    finally:
        await database.close()
    wrong: list[Finding] = []
    for incident in found:
        if why := await _unheard(slack, incident.channel_id):
            wrong.append(Finding(False, "channels", f"INC-{incident.number}: {why}"))
    if not found or wrong:
        return wrong
    return [
        Finding(True, "channels", f"Scribe is in those of {len(found)} open incident{'s'[: len(found) > 1]}")
    ]


async def _unheard(slack: Slack, channel_id: str | None) -> str | None:
    """Why Scribe does not hear a channel, if it does not."""
    if not channel_id:
        return "its channel is not open yet; `scribe outbox list` says what stops it"
    try:
        channel = table((await slack.call("conversations_info", channel=channel_id)).get("channel"))
    except SlackTrouble as trouble:
        return f"its channel {channel_id} cannot be read ({trouble}): invite Scribe to it"
    if channel.get("is_archived"):
        return f"its channel {channel_id} is archived: say `/resolve` of it elsewhere, or bring it back"
    return None if channel.get("is_member") else f"Scribe is not in its channel {channel_id}: invite it there"


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


async def _invited(what: str, names: Sequence[str], slack: Slack) -> Finding:
    """Whether everybody whom a setting or a route names is to be found."""
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
