"""A mapping file with `kind = "deploy"`: plain JSON of any CI, read as deploys."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.connect.adapter import DeploysTold, Unreadable, read_each
from bot.connect.deploy_words import STATES, named
from bot.connect.mapping_fields import (
    Only,
    Paths,
    Strict,
    Words,
    first_at,
    folded,
    joined_at,
    listed_in,
    moment_at,
)
from bot.incidents.deploys import ENDED, IncomingDeploy
from bot.text.of_programs import short_id, web_address
from storage.vocabulary import DeployState


class DeployFields(Strict):
    """Where each part of a deploy stands. All of `id` and `version` are joined; else the first counts."""

    id: Paths = Field(min_length=1)
    service: Paths = Field(min_length=1)
    version: Paths = ()
    environment: Paths = ()
    state: Paths = ()
    who: Paths = ()
    started: Paths = ()
    ended: Paths = ()
    link: Paths = ()
    repository: Paths = ()


class DeployStates(Strict):
    """What `state` says, in whatever case, while a deploy runs, when it went well, and when it did not."""

    started: Words = ()
    succeeded: Words = ()
    failed: Words = ()


class DeployMapping(Strict):
    """A mapping file of deploys. Without `states` the words that most tools use are known."""

    kind: Literal["deploy"]
    sender: str = Field(min_length=1, max_length=50)
    deploy: DeployFields
    deploys: Paths = ()
    only: Only | None = None
    states: DeployStates = DeployStates()

    def read(self, body: object, source: str) -> DeploysTold:
        """The deploys that a body tells of.

        Raises:
            Unreadable: what must be there is not.
            Dropped: it tells nothing to keep.
        """
        if self.only:
            self.only.check(body)
        listed = listed_in(self.deploys, body, "deploys")
        return DeploysTold(read_each(listed, lambda one: self._deploy(one, body, source)))

    def _deploy(self, one: object, body: object, source: str) -> IncomingDeploy:
        deploy_id = joined_at(self.deploy.id, one, body)
        if not deploy_id:
            raise Unreadable("There is nothing where the mapping says the deploy's id is.")
        service = named(first_at(self.deploy.service, one, body))
        if not service:
            raise Unreadable("There is nothing where the mapping says the deploy's service is.")
        state = self._state(first_at(self.deploy.state, one, body))
        began = moment_at(self.deploy.started, one, body)
        ended = moment_at(self.deploy.ended, one, body) if state in ENDED else None
        return IncomingDeploy(
            source=source,
            deploy_id=short_id(deploy_id),
            service=service,
            state=state,
            started_at=began,
            ended_at=ended,
            changed_at=ended if state in ENDED else None,
            repository=named(first_at(self.deploy.repository, one, body)),
            version=named(joined_at(self.deploy.version, one, body)),
            environment=named(first_at(self.deploy.environment, one, body)),
            who=named(first_at(self.deploy.who, one, body)),
            link=web_address(first_at(self.deploy.link, one, body)),
        )

    def _state(self, said: str) -> DeployState:
        """How far it is; a tool that says nothing of it tells when it is done."""
        if not said:
            return DeployState.SUCCEEDED
        for state, words in (
            (DeployState.STARTED, self.states.started),
            (DeployState.SUCCEEDED, self.states.succeeded),
            (DeployState.FAILED, self.states.failed),
        ):
            if said.casefold() in folded(words):
                return state
        known = STATES.get(said.casefold())
        if known is None:
            raise Unreadable(
                "The state of the deploy is no word that the mapping's [states] or Scribe knows, for example "
                "started, succeeded or failed."
            )
        return known
