"""The connected tools as the page shows them, and what can be done at them."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.tools.alert_manager import REPEAT_AFTER, STORM, AlertManager, Group
from sandbox.tools.hook import Hook, Told
from sandbox.trackers.github import GitHubServer, Issue
from sandbox.workspace import Workspace

REPOSITORY = "acme/shop"
SHOWN = 5
"""Deliveries of each tool that are shown, the newest."""


class Tools:
    """An alert manager and a GitHub beside a workspace, for as long as the `async with` lasts.

    They tell nobody anything before `connect`. The app is given `alerts_token`, `hook_secret`, and where the
    `tracker` is.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.alerts_token = secrets.token_hex(24)
        """What the alert manager sends as Bearer."""
        self.hook_secret = secrets.token_hex(24)
        """What GitHub signs with."""
        now = workspace.clock.now
        self.alerts = AlertManager(
            Hook("alertmanager", self._bearer, changed=self._changed, now=now, repeat_after=REPEAT_AFTER),
            now=now,
            page=lambda: workspace.url,
        )
        self.webhook = Hook("github", self._signature, changed=self._changed, now=now)
        self.tracker = GitHubServer(f"github_pat_{secrets.token_hex(16)}", REPOSITORY)
        self.tracker.clock = now
        self.tracker.account = workspace.manifest.bot_name
        self.tracker.on_event = self._issue_event

    async def __aenter__(self) -> Self:
        self.tracker.web = self._workspace.url.rstrip("/")
        await self.tracker.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.alerts.hook.close()
        await self.webhook.close()
        await self.tracker.__aexit__(kind, problem, traceback)

    def connect(self, hooks_url: str) -> None:
        """Tell the app from now on, below this address, such as `http://127.0.0.1:3000/hooks/`."""
        self.alerts.hook.url = self.webhook.url = hooks_url
        self._changed()

    def _bearer(self, body: bytes) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.alerts_token}", "User-Agent": "Alertmanager/0.28.1"}

    def _signature(self, body: bytes) -> Mapping[str, str]:
        """docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries."""
        signed = hmac.new(self.hook_secret.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Hub-Signature-256": f"sha256={signed}"}

    def _issue_event(self, repository: str, action: str, issue: Issue, by: str) -> None:
        """docs.github.com/webhooks/webhook-events-and-payloads#issues; GitHub tells of every change."""
        body = {
            "action": action,
            "issue": json.loads(json.dumps(issue)),
            "repository": {"full_name": repository},
            "sender": {"login": by},
        }
        headers = {
            "X-GitHub-Event": "issues",
            "X-GitHub-Delivery": secrets.token_hex(16),
            "User-Agent": "GitHub-Hookshot/sandbox",
        }
        self.webhook.tell(f"{repository}#{issue['number']} was {action} by {by}", body, headers)
        self._changed()

    def _changed(self) -> None:
        self._workspace.feed.tell("tools")

    # --- shown --------------------------------------------------------------------------------------

    def view(self) -> JsonObject:
        """Everything, for the page; times in ISO 8601, UTC."""
        return {
            "is_connected": bool(self.alerts.hook.url),
            "alerts": {
                "storm": STORM,
                "groups": [self._group(group) for group in self.alerts.groups.values()],
                "told": _shown(self.alerts.hook),
            },
            "tracker": {
                "title": "GitHub Issues",
                "projects": [
                    {"name": name, "tickets": [_ticket(name, issue) for issue in reversed(issues)]}
                    for name, issues in self.tracker.repositories.items()
                ],
                "told": _shown(self.webhook),
            },
        }

    def _group(self, group: Group) -> JsonObject:
        return {
            "key": group.kind.key,
            "summary": group.kind.summary,
            "firing": group.firing,
            "channel": self._channel(self.alerts.link(group)),
        }

    def _channel(self, link: str) -> str | None:
        """The newest channel that the app opened and told of this alert in."""
        bot = self._workspace.bot_user_id
        own = [one for one in self._workspace.channels.values() if one.creator == bot and not one.is_archived]
        for channel in reversed(own):
            for message in channel.messages.values():
                if message.user_id == bot and link in f"{message.text} {message.blocks}":
                    return channel.id
        return None

    # --- done ---------------------------------------------------------------------------------------

    def set_ticket(self, project: str, number: int, state: str, by: str) -> None:
        """Somebody closes a ticket or opens it again; `by` is the id of a person here.

        Raises:
            SandboxError: there is no such ticket, state or person, or the ticket is in that state.
        """
        issues = self.tracker.repositories.get(project, [])
        issue = next((one for one in issues if one["number"] == number), None)
        if issue is None:
            raise SandboxError(f"There is no ticket {project}#{number}.")
        if state not in ("open", "closed"):
            raise SandboxError("A ticket is open or closed.")
        if issue["state"] == state:
            raise SandboxError(f"{project}#{number} is {state} already.")
        self.tracker.set_state(issue, state, by=self._workspace.person(by).name)


def _ticket(project: str, issue: Issue) -> JsonObject:
    return {
        "project": project,
        "number": issue["number"],
        "key": f"{project}#{issue['number']}",
        "url": issue["html_url"],
        "title": issue["title"],
        "body": issue["body"] or "",
        "state": issue["state"],
    }


def _shown(hook: Hook) -> list[JsonObject]:
    """The newest first."""
    return [_delivery(one) for one in list(hook.told)[: -SHOWN - 1 : -1]]


def _delivery(told: Told) -> JsonObject:
    return {
        "at": told.at.isoformat(),
        "what": told.what,
        "status": told.status,
        "answer": told.answer,
        "tries": told.tries,
        "is_over": told.is_over,
    }
