"""The app at Slack, apart from any one workspace: who agreed to what, and the tokens that came of it.

Sources: docs.slack.dev/authentication/installing-with-oauth and /using-token-rotation,
docs.slack.dev/reference/methods/oauth.v2.access (errors).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from sandbox.errors import Refusal, SandboxError
from sandbox.ids import new_token
from sandbox.json_types import JsonObject
from sandbox.manifest import Manifest

CODE_SECONDS = 600
TOKEN_SECONDS = 43_200
MOST_ROTATING = 2
"""Bot tokens of one installation that are accepted at a time, where tokens are rotated: an assumption of the
sandbox, stricter than a token that is good until it expires."""


class Installable(Protocol):
    """What a workspace is to the app that it installs."""

    manifest: Manifest
    team_id: str
    team_name: str
    app_id: str
    bot_user_id: str
    scopes: frozenset[str]

    def person(self, user_id: str) -> object: ...


W = TypeVar("W", bound=Installable)


@dataclass(eq=False)
class Organization(Generic[W]):
    """An Enterprise Grid: its workspaces, and to which of them (`granted`) an admin has added the app."""

    id: str
    name: str
    url: str
    workspaces: list[W] = field(default_factory=list)
    granted: list[W] = field(default_factory=list)


@dataclass
class BotToken(Generic[W]):
    """A bot token, as long as Slack knows of it; `ends_at` is on the clock of `AppInstalls.now`.

    One of a whole `organization` is good for every workspace that the app was added to.
    """

    workspace: W
    ends_at: float | None = None
    why_refused: str | None = None
    organization: Organization[W] | None = None

    def is_good_for(self, workspace: W) -> bool:
        """Whether it opens what a workspace holds."""
        granted = [self.workspace] if self.organization is None else self.organization.granted
        return any(one is workspace for one in granted)


@dataclass
class _Agreed(Generic[W]):
    workspace: W
    scopes: frozenset[str]
    user_id: str
    redirect_uri: str | None
    ends_at: float
    organization: Organization[W] | None = None


@dataclass
class AppInstalls(Generic[W]):
    """Knobs for tests: `is_rotating` (bot tokens last twelve hours), `now` (seconds, for what expires)."""

    redirect_urls: Sequence[str] = ()
    is_rotating: bool = False
    now: Callable[[], float] = time.monotonic
    client_id: str = field(default_factory=lambda: f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}")
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    tokens: dict[str, BotToken[W]] = field(default_factory=dict)
    _codes: dict[str, _Agreed[W] | None] = field(default_factory=dict)
    _renewals: dict[str, tuple[W, frozenset[str], Organization[W] | None] | None] = field(
        default_factory=dict
    )
    """What each refresh token renews; None once it was used."""

    def check(self, token: str) -> BotToken[W]:
        """The bot token, if it is accepted (docs.slack.dev/reference/methods/auth.test#errors).

        Raises:
            Refusal: `invalid_auth`, `token_expired`, `token_revoked`, `account_inactive`.
        """
        known = self.tokens.get(token)
        if known is None:
            raise Refusal("invalid_auth")
        if known.why_refused:
            raise Refusal(known.why_refused)
        if known.ends_at is not None and known.ends_at <= self.now():
            raise Refusal("token_expired")
        return known

    # --- people -----------------------------------------------------------------------------------

    def agree(
        self, workspace: W, user_id: str, address: str, organization: Organization[W] | None = None
    ) -> str:
        """Somebody agrees to what the page at this address asks for; where Slack then leads their browser.

        `organization`: they chose all of it instead of the workspace.

        Raises:
            SandboxError: Slack's page shows an error instead.
        """
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        if asked.get("client_id") != self.client_id:
            raise SandboxError("Slack says: invalid_client_id.")
        scopes = frozenset(asked.get("scope", "").split(",")) - {""}
        if not scopes or scopes - workspace.manifest.scopes:
            raise SandboxError(f"Slack says: invalid_scope {sorted(scopes - workspace.manifest.scopes)}.")
        wanted = asked.get("redirect_uri")
        if not self.redirect_urls or (wanted and not wanted.startswith(tuple(self.redirect_urls))):
            raise SandboxError("Slack says: redirect_uri did not match any configured URIs.")
        workspace.person(user_id)
        code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(32)}"
        self._codes[code] = _Agreed(
            workspace, scopes, user_id, wanted, self.now() + CODE_SECONDS, organization
        )
        answer = {"code": code, "state": asked.get("state", "")}
        return f"{wanted or self.redirect_urls[0]}?{urlencode(answer)}"

    def end(self, whose: W | Organization[W], why: str) -> None:
        """Refuse every token of a workspace, or of an organization, from now on."""
        for known in self.tokens.values():
            if (known.organization or known.workspace) is whose:
                known.why_refused = known.why_refused or why
        for refresh_token, renewed in self._renewals.items():
            if renewed and (renewed[2] or renewed[0]) is whose:
                self._renewals[refresh_token] = None

    # --- the app ----------------------------------------------------------------------------------

    def access(self, args: Mapping[str, object]) -> JsonObject:
        """`oauth.v2.access`: a code, or a refresh token, for tokens."""
        if args.get("client_id") != self.client_id:
            raise Refusal("invalid_client_id")
        if args.get("client_secret") != self.client_secret:
            raise Refusal("bad_client_secret")
        match args.get("grant_type", "authorization_code"):
            case "authorization_code":
                return self._exchange(args.get("code"), args.get("redirect_uri"))
            case "refresh_token":
                return self._renew(args.get("refresh_token"))
        raise Refusal("invalid_grant_type")

    def revoke(self, token: str) -> None:
        """`auth.revoke`: one token is refused from now on."""
        self.tokens[token].why_refused = "token_revoked"

    def _exchange(self, code: object, redirect_uri: object) -> JsonObject:
        if not isinstance(code, str) or code not in self._codes:
            raise Refusal("invalid_code")
        agreed, self._codes[code] = self._codes[code], None
        if agreed is None:
            raise Refusal("code_already_used")
        if agreed.ends_at <= self.now():
            raise Refusal("invalid_code")
        if redirect_uri != agreed.redirect_uri:
            raise Refusal("bad_redirect_uri")
        for each in agreed.organization.workspaces if agreed.organization else [agreed.workspace]:
            each.scopes = agreed.scopes
        return {
            **self._given(agreed.workspace, agreed.scopes, agreed.organization),
            "authed_user": {"id": agreed.user_id},
        }

    def _renew(self, refresh_token: object) -> JsonObject:
        renewed = self._renewals.get(refresh_token) if isinstance(refresh_token, str) else None
        if renewed is None or not isinstance(refresh_token, str):
            raise Refusal("invalid_refresh_token")
        self._renewals[refresh_token] = None
        workspace, scopes, organization = renewed
        answer = self._given(workspace, scopes, organization)
        whose = organization or workspace
        accepted = [
            one
            for one in self.tokens.values()
            if (one.organization or one.workspace) is whose and not one.why_refused
        ]
        for old in accepted[:-MOST_ROTATING]:
            old.why_refused = "token_expired"
        return answer

    def _given(
        self, workspace: W, scopes: frozenset[str], organization: Organization[W] | None
    ) -> JsonObject:
        whole = organization and {"id": organization.id, "name": organization.name}
        answer: JsonObject = {
            "token_type": "bot",
            "scope": ",".join(sorted(scopes)),
            "bot_user_id": workspace.bot_user_id,
            "app_id": workspace.app_id,
            "team": None if whole else {"id": workspace.team_id, "name": workspace.team_name},
            "enterprise": whole,
            "is_enterprise_install": whole is not None,
        }
        if not self.is_rotating:
            token = new_token("xoxb")
            self.tokens[token] = BotToken(workspace, organization=organization)
            return answer | {"access_token": token}
        token, refresh_token = new_token("xoxe.xoxb-1"), new_token("xoxe-1")
        self.tokens[token] = BotToken(workspace, self.now() + TOKEN_SECONDS, organization=organization)
        self._renewals[refresh_token] = workspace, scopes, organization
        return answer | {
            "access_token": token,
            "refresh_token": refresh_token,
            "expires_in": TOKEN_SECONDS,
        }
