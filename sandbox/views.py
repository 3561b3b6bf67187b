"""Modals and Home tabs: opened with a trigger, changed with a hash, kept in a stack of three.

Source: docs.slack.dev/surfaces/modals and the pages of views.open, .push, .update, .publish.
"""

import secrets
import time

from sandbox import states
from sandbox.errors import Refusal
from sandbox.ids import new_block_id, new_id
from sandbox.json_types import JsonObject
from sandbox.records import Trigger, View
from sandbox.state import State

MAX_STACK = 3


def new_trigger(workspace: State, user_id: str, view_id: str | None = None) -> str:
    """A fresh trigger id, the proof that a person just did something."""
    trigger_id = f"{secrets.randbelow(10**13):013d}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
    workspace.triggers[trigger_id] = Trigger(user_id, time.monotonic() + workspace.trigger_seconds, view_id)
    return trigger_id


def use_trigger(workspace: State, trigger_id: str) -> Trigger:
    """Spend a trigger id (docs.slack.dev/reference/methods/views.open#errors).

    Raises:
        Refusal: `invalid_trigger_id`, `exchanged_trigger_id` (spent), `expired_trigger_id` (too late).
    """
    trigger = workspace.triggers.get(trigger_id)
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.is_used:
        raise Refusal("exchanged_trigger_id")
    if time.monotonic() > trigger.deadline:
        raise Refusal("expired_trigger_id")
    trigger.is_used = True
    return trigger


def open_modal(
    workspace: State, user_id: str, definition: JsonObject, *, on_top_of: View | None = None
) -> View:
    """Show a person a modal, alone or on top of another.

    Raises:
        Refusal: `push_limit_reached` above three, `duplicate_external_id`.
    """
    stack = workspace.modals.setdefault(user_id, [])
    if on_top_of is None:
        stack.clear()
    elif len(stack) >= MAX_STACK:
        raise Refusal("push_limit_reached")
    view = _new_view(workspace, user_id, definition, previous=on_top_of)
    stack.append(view)
    workspace.feed.tell("view")
    return view


def publish_home(workspace: State, user_id: str, definition: JsonObject) -> View:
    """Show the app's Home tab to a person."""
    current = workspace.homes.get(user_id)
    if current is None:
        workspace.homes[user_id] = _new_view(workspace, user_id, definition, previous=None)
    else:
        replace(workspace, current, definition)
    workspace.feed.tell("view")
    return workspace.homes[user_id]


def _new_view(workspace: State, user_id: str, definition: JsonObject, *, previous: View | None) -> View:
    external_id = definition.get("external_id")
    if external_id and any(view.payload.get("external_id") == external_id for view in workspace.all_views()):
        raise Refusal("duplicate_external_id")
    view_id = new_id("V")
    return View(
        id=view_id,
        user_id=user_id,
        payload=_with_ids(definition),
        hash=_new_hash(),
        root_view_id=previous.root_view_id if previous is not None else view_id,
        previous_view_id=previous.id if previous is not None else None,
    )


def replace(workspace: State, view: View, definition: JsonObject) -> None:
    """Give a view another content; what is in its inputs stays where block and action stay the same.

    Source: docs.slack.dev/reference/views, "Preserving input entry in views".
    """
    view.payload = _with_ids(definition)
    view.hash = _new_hash()
    view.values = states.kept(view.values, view.blocks)
    workspace.feed.tell("view")


def close(workspace: State, view: View) -> None:
    """Close a modal, and those on top of it."""
    stack = workspace.modals.get(view.user_id, [])
    if view in stack:
        del stack[stack.index(view) :]
    workspace.feed.tell("view")


def _new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"


def _with_ids(definition: JsonObject) -> JsonObject:
    return definition | {"blocks": with_block_ids(definition.get("blocks", []))}


def with_block_ids(blocks: list[JsonObject]) -> list[JsonObject]:
    """Blocks as Slack keeps them: each with a `block_id`, each interactive element with an `action_id`."""
    kept = []
    for block in blocks:
        block = {**block, "block_id": block.get("block_id") or new_block_id()}
        for key in ("element", "accessory"):
            if isinstance(block.get(key), dict):
                block[key] = _with_action_id(block[key])
        if block["type"] == "actions":
            block["elements"] = [_with_action_id(element) for element in block["elements"]]
        kept.append(block)
    return kept


def _with_action_id(element: JsonObject) -> JsonObject:
    if element["type"] == "image":
        return element
    return {**element, "action_id": element.get("action_id") or new_block_id()}


def payload(workspace: State, view: View) -> JsonObject:
    """A view object (docs.slack.dev/reference/views)."""
    given = view.payload
    body: JsonObject = {
        "id": view.id,
        "team_id": workspace.team_id,
        "type": given["type"],
        "blocks": view.blocks,
        "private_metadata": given.get("private_metadata", ""),
        "callback_id": view.callback_id,
        "state": {"values": view.values},
        "hash": view.hash,
        "title": _label(given.get("title")),
        "clear_on_close": bool(given.get("clear_on_close", False)),
        "notify_on_close": bool(given.get("notify_on_close", False)),
        "close": _label(given.get("close")),
        "submit": _label(given.get("submit")),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": workspace.app_id,
        "external_id": given.get("external_id", ""),
        "app_installed_team_id": workspace.organization.id if workspace.organization else workspace.team_id,
        "bot_id": workspace.bot_id,
    }
    return body


def _label(text: object) -> JsonObject | None:
    return {"emoji": True, **text} if isinstance(text, dict) else None
