"""Whom a setting names: people, and the members of user groups and channels, found in Slack by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.settings.team import is_channel_id
from bot.slack.calls import Refused, Slack
from bot.slack.directory import SLACKBOT, channel_named
from bot.text.well_formed import items, table, tables, text

PAGE = 1000
MOST_PAGES = 10
MOST_OF_A_CHANNEL = 100
"""A channel with more members is a crowd that nobody means to call."""


@dataclass(frozen=True)
class Invited:
    """Everybody who is named, each once; and the names that stand for nobody, with why."""

    people: Sequence[str]
    unknown: Mapping[str, str]


@dataclass
class _Workspace:
    """What Slack was asked already, while one list of names is read."""

    slack: Slack
    groups: Sequence[Mapping[str, Any]] | None = None
    everybody: Sequence[Mapping[str, Any]] | None = None
    unknown: dict[str, str] = field(default_factory=dict)

    async def all_groups(self) -> Sequence[Mapping[str, Any]]:
        if self.groups is None:
            answer = await self.slack.call("usergroups_list", include_users=True)
            self.groups = tables(answer.get("usergroups"))
        return self.groups

    async def all_people(self) -> Sequence[Mapping[str, Any]]:
        """The members of the workspace, as far as a few pages show them."""
        if self.everybody is None:
            found: list[Mapping[str, Any]] = []
            cursor = ""
            for _ in range(MOST_PAGES):
                more = {"cursor": cursor} if cursor else {}
                answer = await self.slack.call("users_list", limit=PAGE, **more)
                found += tables(answer.get("members"))
                cursor = text(table(answer.get("response_metadata")).get("next_cursor"))
                if not cursor:
                    break
            self.everybody = found
        return self.everybody


async def invited_by(slack: Slack, names: Sequence[str]) -> Invited:
    """Everybody whom these names stand for; a name that Slack refuses to look up costs that name alone.

    Apps and people who left are left out.

    Raises:
        TryLater: Slack could not be asked.
    """
    workspace = _Workspace(slack)
    found: list[str] = []
    for name in names:
        try:
            found += await _named(workspace, name)
        except Refused as refusal:
            workspace.unknown[name] = _why(refusal)
    if workspace.everybody is not None or any(_may_be_apps(name) for name in names):
        try:
            apart = {text(one.get("id")) for one in await workspace.all_people() if _is_no_person(one)}
            found = [one for one in found if one not in apart]
        except Refused:
            pass  # who cannot come is told by Slack when they are invited
    return Invited(list(dict.fromkeys(one for one in found if one != SLACKBOT)), workspace.unknown)


async def _named(workspace: _Workspace, name: str) -> list[str]:
    if name.startswith("#") or is_channel_id(name):
        return await _of_channel(workspace, name)
    if name.startswith("@"):
        return await _of_handle(workspace, name)
    if name.startswith("S"):
        return await _of_group(workspace, name, "id", name)
    return [name]


async def _of_handle(workspace: _Workspace, name: str) -> list[str]:
    """The members of the group with this handle, else the one person whom Slack calls so."""
    handle = name[1:].casefold()
    try:
        if any(text(one.get("handle")).casefold() == handle for one in await workspace.all_groups()):
            return await _of_group(workspace, name, "handle", handle)
    except Refused as refusal:
        workspace.unknown[name] = _why(refusal)
    people = [one for one in await workspace.all_people() if not _is_no_person(one)]
    for names in (_handles, _display_names):
        found = [text(one.get("id")) for one in people if handle in names(one)]
        if len(found) == 1:
            workspace.unknown.pop(name, None)
            return found
        if found:
            workspace.unknown[name] = f"{len(found)} people are called so"
            return []
    workspace.unknown.setdefault(name, "no group and nobody is called so")
    return []


async def _of_group(workspace: _Workspace, name: str, by: str, value: str) -> list[str]:
    for group in await workspace.all_groups():
        if text(group.get(by)).casefold() == value.casefold():
            users = group.get("users")
            found = [one for one in users if isinstance(one, str)] if isinstance(users, list) else []
            if not found:
                workspace.unknown[name] = "nobody is in this group"
            return found
    workspace.unknown[name] = "there is no such group"
    return []


async def _of_channel(workspace: _Workspace, name: str) -> list[str]:
    channel_id = name if is_channel_id(name) else await channel_named(workspace.slack, name[1:])
    if channel_id is None:
        workspace.unknown[name] = "there is no such channel, or it is private and I am not in it"
        return []
    answer = await workspace.slack.call(
        "conversations_members", channel=channel_id, limit=MOST_OF_A_CHANNEL + 1
    )
    members = [one for one in items(answer.get("members")) if isinstance(one, str)]
    more = text(table(answer.get("response_metadata")).get("next_cursor"))
    if more or len(members) > MOST_OF_A_CHANNEL:
        workspace.unknown[name] = f"more than {MOST_OF_A_CHANNEL} people are in it"
        return []
    return members


def _why(refusal: Refused) -> str:
    if refusal.error == "missing_scope" and refusal.method == "usergroups_list":
        return "groups cannot be looked up, since the app was installed without the scope usergroups:read"
    return f"Slack answered {refusal.error} to {refusal.method.replace('_', '.')}"


def _may_be_apps(name: str) -> bool:
    return name.startswith("#") or is_channel_id(name)


def _is_no_person(user: Mapping[str, Any]) -> bool:
    is_app = user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == SLACKBOT
    return bool(is_app or user.get("deleted"))


def _handles(user: Mapping[str, Any]) -> set[str]:
    return {text(user.get("name")).casefold()}


def _display_names(user: Mapping[str, Any]) -> set[str]:
    profile = table(user.get("profile"))
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    return {text(name).casefold() for name in names if text(name)}
