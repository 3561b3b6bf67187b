"""Every workspace that has installed Scribe, served by one process: each with what is its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from structlog.contextvars import bound_contextvars

from bot.installations.ended import ends_by
from bot.installations.oauth import OAuth
from bot.installations.organizations import OF_MEMBERS, Organizations, organization_of
from bot.installations.renewing import RENEW_EVERY, Renewing
from bot.installations.token_box import CannotOpen, TokenBox
from bot.jobs.periodic_job import PeriodicJob
from bot.listeners.scribe import Scribe
from bot.listeners.whose import asked_by
from bot.served_workspace import EVERY, ServedWorkspace, Shared
from bot.slack.calls import Slack
from bot.slack.transport import SlackRequest
from bot.stopping import ANSWERED_WITHIN, CLOSED_WITHIN, at_most
from bot.text.well_formed import table, text
from storage import installations, outbox, people
from storage.claims import claims_for
from storage.installation_tables import Installation

log = structlog.get_logger()

LOOK_EVERY = 30.0
"""Seconds after which what other replicas know is known here: who installed, who left, new tokens."""
LOOKED_FOR_EVERY = 1.0
"""Seconds until a workspace that is not served is looked for again, when a request comes for it."""
MOST_UNKNOWN = 1_000
NOT_HERE = "Scribe is not installed in this workspace. Whoever runs it has the link that installs it."
NOT_ADDED = (
    "Scribe is installed in your organization, and was not added to this workspace. "
    "An admin of the organization adds it, where its apps are managed."
)


class ServedWorkspaces:
    """Starts to serve a workspace when it has installed Scribe, and stops when its installation ends.

    A request goes to the workspace that Slack says it is for, and to no other; what is put into the outbox is
    sent by the worker of its workspace alone, with that workspace's token.
    """

    def __init__(self, shared: Shared, http: aiohttp.ClientSession, box: TokenBox, oauth: OAuth) -> None:
        self._shared = shared
        self._http = http
        self._box = box
        self._claims = claims_for(shared.database)
        self._organizations = Organizations(shared.database, shared.clock, box, oauth)
        self._served: dict[str, ServedWorkspace] = {}
        self._tokens: dict[str, str] = {}
        """The bot token of each that is served, as it is stored."""
        self._unopened: set[str] = set()
        self._unknown: dict[frozenset[str], float] = {}
        """Workspaces that requests came for and that are not served, and when they were looked for last."""
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._looking = asyncio.Lock()
        self._is_started = False
        renewing = Renewing(shared.database, shared.clock, box, oauth, self._claims, self.look)
        self._renew = PeriodicJob("tokens", renewing.renew)
        self._look = PeriodicJob("installations", self.look)
        self._spread = PeriodicJob("outbox", self._wake_workers)

    # --- what the process asks of it ----------------------------------------------------------------

    @property
    def name(self) -> str:
        return f"{self.count} workspace{'s'[: self.count != 1]}"

    @property
    def count(self) -> int:
        """How many are served."""
        return len(self._served)

    @property
    def teams(self) -> Collection[str]:
        """The workspaces that are served."""
        return self._served.keys()

    @property
    def halted(self) -> int:
        """How many have a token that Slack does not accept."""
        return sum(one.worker.halt.is_known for one in self._served.values())

    @property
    def unreachable_for(self) -> float:
        """For how many seconds Slack has answered none of their calls."""
        return min((one.unreachable_for for one in self._served.values()), default=0.0)

    @property
    def wakes(self) -> Mapping[Callable[[], None], float]:
        """What is to be called, and after how many seconds each time."""
        each = {name: seconds for name, seconds in EVERY.items() if name != "outbox"}
        return {
            self._look.wake: LOOK_EVERY,
            self._renew.wake: RENEW_EVERY,
            self._spread.wake: EVERY["outbox"],
            **{partial(self._wake, name): seconds for name, seconds in each.items()},
        }

    def of(self, team_id: str) -> ServedWorkspace:
        """One that is served.

        Raises:
            KeyError: it is not.
        """
        return self._served[team_id]

    def find(self, team_id: str) -> Scribe | None:
        """The Scribe of one, if it is served."""
        served = self._served.get(team_id)
        return served.scribe if served else None

    def start(self) -> None:
        """Begin to serve them."""
        self._is_started = True
        for job in (self._look, self._renew, self._spread):
            job.start()
        self._renew.wake()
        for one in self._served.values():
            one.start()

    def on_connected(self) -> None:
        """Something may have been missed by each of them."""
        for one in self._served.values():
            one.on_connected()

    def outbox_touched(self) -> None:
        """Something was put into the outbox."""
        self._spread.wake()

    async def finish(self) -> None:
        """Finish what is under way, in bounded time."""
        self._is_started = False
        await asyncio.gather(
            *(at_most(ANSWERED_WITHIN, job.stop(), "job") for job in (self._look, self._renew, self._spread)),
            *(one.finish() for one in self._served.values()),
            *self._leaving.values(),
        )

    async def close(self) -> None:
        """Let the other replicas have what this one holds, in bounded time."""
        await asyncio.gather(
            *(one.close() for one in self._served.values()),
            at_most(CLOSED_WITHIN, self._claims.close(), "claims"),
        )

    def _wake(self, name: str) -> None:
        for one in self._served.values():
            one.wake(name)

    async def _wake_workers(self) -> None:
        """Wake the workers of those for which something waits, and no others."""
        async with self._shared.database.read() as session:
            waiting = await outbox.teams_waiting(session)
        for team_id in waiting:
            if one := self._served.get(team_id):
                one.worker.wake()

    # --- whose request it is ------------------------------------------------------------------------

    async def dispatch(self, request: SlackRequest) -> BoltResponse:
        """What a request is answered by the workspace it is for."""
        body = request.body
        if request.is_event and (ended := ends_by(body)):
            async with self._shared.database.write() as session:
                told_at, team_id = ended.told_at, ended.team_id
                await installations.end(session, team_id, self._shared.clock.now(), told_at=told_at)
            await self.look()
            return BoltResponse(status=200)
        organization_id, named = organization_of(body), asked_by(body)
        if request.is_event and text(table(body.get("event")).get("type")) in OF_MEMBERS:
            self._organizations.changed(organization_id, is_told=True)
            await self.look()
            return BoltResponse(status=200)
        if not self._served.keys() & named:
            await self._look_for(named, organization_id)
        found = [self._served[team_id] for team_id in sorted(self._served.keys() & named)]
        if not found:
            return self._not_here(request)
        answers = []
        for one in found:
            with bound_contextvars(team=one.scribe.workspace.team_id):
                answers.append(await one.dispatch(request))
        return next((answer for answer in answers if answer.status != 200), answers[0])

    async def _look_for(self, named: frozenset[str], organization_id: str) -> None:
        """Another replica may have installed it a moment ago; of one that stays unknown it is said once."""
        now, looked_at = time.monotonic(), self._unknown.get(named)
        is_to_list = self._organizations.changed(organization_id, is_told=False)
        if looked_at is not None and now - looked_at < LOOKED_FOR_EVERY and not is_to_list:
            return
        await self.look()
        if not self._served.keys() & named and len(self._unknown) < MOST_UNKNOWN:
            if looked_at is None:
                log.warning("payload.of_another_workspace", workspace=sorted(named))
            self._unknown[named] = now

    def _not_here(self, request: SlackRequest) -> BoltResponse:
        sentence = NOT_ADDED if organization_of(request.body) else NOT_HERE
        return BoltResponse(status=200, body=_said(request.body, sentence))

    # --- who is served ------------------------------------------------------------------------------

    async def look(self) -> None:
        """Serve whoever has installed Scribe by now, nobody else, and each with its newest token."""
        async with self._looking:
            await self._organizations.look()
            async with self._shared.database.read() as session:
                with_tokens = {one.team_id: one for one in await installations.standing(session)}
                members = await installations.members(session)
            standing = {team_id: one for team_id, one in with_tokens.items() if not one.is_of_organization}
            for one in members:
                if whole := with_tokens.get(one.organization_id or ""):
                    standing[one.team_id] = whole
            for team_id in self._served.keys() - standing.keys():
                self._leave(team_id)
            for team_id, installation in standing.items():
                if installation.bot_token != self._tokens.get(team_id):
                    await self._take(team_id, installation)

    async def _take(self, team_id: str, installation: Installation) -> None:
        """Serve a workspace with the token of an installation: its own, or its organization's."""
        sealed = str(installation.bot_token)
        try:
            token = self._box.open(installation.team_id, sealed)
        except CannotOpen:
            if team_id not in self._unopened:
                self._unopened.add(team_id)
                log.error("installation.sealed", team=team_id, do="TOKENS_KEY lacks the key of this token")
            return
        if not self._box.is_newest(sealed):
            sealed = await self._sealed_anew(installation, token)
        acts_in = team_id if installation.is_of_organization else None
        if standing := self._served.get(team_id):
            self._tokens[team_id] = sealed
            standing.scribe.slack.client.token, standing.scribe.slack.acts_in = token, acts_in
            standing.worker.halt.on_new_token()
            return
        if leaving := self._leaving.get(team_id):
            await asyncio.wait({leaving})  # claims are the process's: two workers would each have its lanes
        async with self._shared.database.read() as session:
            workspace = await people.workspace(session, team_id)
        if workspace is None:
            log.error("installation.without_workspace", team=team_id)
            return
        settings = self._shared.settings
        client = AsyncWebClient(
            token=token, base_url=settings.slack_api_url, session=self._http, retry_handlers=[]
        )
        slack = Slack(client, self._shared.clock, rate_scale=settings.rate_scale)
        slack.acts_in = acts_in
        served = ServedWorkspace(self._shared, slack, workspace, self._claims, installation.enterprise_id)
        self._served[team_id], self._tokens[team_id] = served, sealed
        self._unopened.discard(team_id)
        self._unknown.clear()
        log.info("workspace.served", team=team_id, workspace=workspace.name)
        if self._is_started:
            served.start()
            served.on_connected()

    async def _sealed_anew(self, installation: Installation, token: str) -> str:
        """Seal its tokens with the first key, so that others may go; how the bot token is stored then."""
        team_id, standing = installation.team_id, str(installation.bot_token)
        refresh_token = installation.refresh_token
        if refresh_token:
            refresh_token = self._box.seal(team_id, self._box.open(team_id, refresh_token))
        sealed = self._box.seal(team_id, token)
        async with self._shared.database.write() as session:
            is_kept = await installations.keep_tokens(
                session,
                team_id,
                instead_of=standing,
                bot_token=sealed,
                refresh_token=refresh_token,
                expires_at=installation.expires_at,
            )
        return sealed if is_kept else standing

    def _leave(self, team_id: str) -> None:
        served = self._served.pop(team_id)
        del self._tokens[team_id]
        log.warning("workspace.left", team=team_id, workspace=served.name)
        task = asyncio.create_task(_end(served), name=f"leave {team_id}")
        self._leaving[team_id] = task
        task.add_done_callback(lambda _: self._leaving.pop(team_id, None))


async def _end(served: ServedWorkspace) -> None:
    await served.finish()
    await served.close()


def _said(body: Mapping[str, Any], sentence: str) -> str | dict[str, Any]:
    """A sentence, where what was asked can be answered with one."""
    if "command" in body:
        return {"response_type": "ephemeral", "text": sentence}
    return ""
