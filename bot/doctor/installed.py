"""Looking at the workspaces that have installed Scribe: their tokens, and what each lets it do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.doctor.finding import Finding
from bot.doctor.slack import named_in
from bot.installations.oauth import OAuth, SlackAway, SlackSays
from bot.installations.renewing import RENEWED_BEFORE
from bot.installations.token_box import CannotOpen, TokenBox
from bot.manifest import scopes
from bot.settings import Settings
from bot.settings.own import own_names
from bot.slack.calls import Slack
from bot.slack.egress import slack_session
from storage import installations
from storage.database import CANNOT_OPEN, Database, DatabaseUnavailable
from storage.installation_tables import Installation

WHAT = "workspaces"
MOST_ASKED = 50
"""Of so many workspaces Slack is asked."""
INSTALL_AGAIN = "have somebody there open /slack/install"


@dataclass(frozen=True)
class Known:
    """Who has installed Scribe (`standing`), and the workspaces of organizations that have (`members`)."""

    standing: Sequence[Installation] = ()
    members: Sequence[Installation] = ()

    @property
    def served(self) -> list[Installation]:
        """The workspaces, as many as are looked at."""
        return [one for one in (*self.standing, *self.members) if not one.is_of_organization][:MOST_ASKED]


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Whether each workspace's token opens, is accepted, is renewed in time and has the scopes it needs."""
    known = await known_to(settings)
    if known is None:
        return []  # said of the database already
    if not known.standing:
        return [Finding(True, WHAT, "none has installed Scribe yet: somebody there opens /slack/install")]
    box = TokenBox(settings.token_keys)
    async with slack_session(settings.slack_api_url, within=10) as http:
        oauth = OAuth(settings, http)
        asked = [(one, await _wrong_with(one, box, oauth, now)) for one in known.standing[:MOST_ASKED]]
        wrong = [Finding(False, f"workspace {one.team_id}", why) for one, why in asked if why]
        usable = {one.team_id for one, why in asked if not why}
        named = await _named(settings, known, usable, http)
    own = _own(settings, {one.team_id for one in (*known.standing, *known.members)})
    if wrong:
        return [*wrong, *own, *named]
    count = f"{len(known.standing)} {'has' if len(known.standing) == 1 else 'have'} installed Scribe"
    return [Finding(True, WHAT, f"{count}, and Slack accepts their tokens"), *own, *named]


async def known_to(settings: Settings) -> Known | None:
    """Who has installed Scribe; None where no record can be read."""
    database = Database(settings.database_url)
    try:
        if not await database.holds_record():
            return None
        async with database.read() as session:
            return Known(await installations.standing(session), await installations.members(session))
    except (*CANNOT_OPEN, DatabaseUnavailable):
        return None
    finally:
        await database.close()


def opened(settings: Settings, known: Known, http: ClientSession) -> Iterator[tuple[Installation, Slack]]:
    """Each workspace that is served and whose token opens, with a client that acts in it."""
    box = TokenBox(settings.token_keys)
    sealed = {one.team_id: one for one in known.standing}
    for one in known.served:
        holder = sealed.get(one.organization_id or one.team_id)
        try:
            token = box.open(holder.team_id, str(holder.bot_token)) if holder else None
        except CannotOpen:
            continue
        client = AsyncWebClient(token=token, base_url=settings.slack_api_url, session=http, retry_handlers=[])
        slack = Slack(client, Clock(), rate_scale=settings.rate_scale)
        slack.acts_in = one.team_id if one.organization_id else None
        yield one, slack


def _own(settings: Settings, known: Collection[str]) -> list[Finding]:
    """What WORKSPACES_FILE says of whom; one that nobody knows may be a slip of the pen."""
    found = []
    for team_id, one in list(settings.own.items())[:MOST_ASKED]:
        says = f"has its own {', '.join(own_names(settings, one)) or 'table, which says what holds for all'}"
        if team_id not in known:
            says += "; it has not installed Scribe"
        found.append(Finding(True, f"WORKSPACES_FILE, {team_id}", says))
    return found


async def _named(
    settings: Settings, known: Known, usable: Collection[str], http: ClientSession
) -> list[Finding]:
    """Whether whom the settings of each workspace name is to be found there."""
    found: list[Finding] = []
    for one, slack in opened(settings, known, http):
        if (one.organization_id or one.team_id) in usable:
            for of_one in await named_in(settings.of(one.team_id, one.enterprise_id), slack):
                found.append(replace(of_one, what=f"{of_one.what} in {one.team_id}"))
    return found


async def _wrong_with(one: Installation, box: TokenBox, oauth: OAuth, now: datetime) -> str | None:
    try:
        token = box.open(one.team_id, str(one.bot_token))
    except CannotOpen:
        return f"its token is sealed with a key that TOKENS_KEY lacks: add the key, or {INSTALL_AGAIN}"
    try:
        await oauth.whose(token)
    except SlackSays as refusal:
        return f"Slack does not accept its token ({refusal.error}): {INSTALL_AGAIN}"
    except SlackAway as trouble:
        return f"Slack cannot be asked about it ({trouble}): check the network and SLACK_API_URL"
    if one.expires_at and one.expires_at < now + RENEWED_BEFORE / 2:
        return f"its token ends at {one.expires_at:%H:%M} UTC and was not renewed: {INSTALL_AGAIN}"
    missing = sorted(set(scopes()["bot"]) - set(one.scopes.split(",")))
    return f"it lacks the scopes {', '.join(missing)}: {INSTALL_AGAIN}" if missing else None
