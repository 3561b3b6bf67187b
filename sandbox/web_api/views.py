"""views.*: modals and the Home tab (docs.slack.dev/reference/methods/views.open and siblings)."""

from collections.abc import Collection, Iterator, Mapping

from sandbox import blocks, views
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import View
from sandbox.states import elements
from sandbox.web_api.asked import Asked, Method, missing


def open_view(asked: Asked) -> JsonObject:
    """Show a modal to whoever caused the trigger.

    Raises:
        Refusal: `invalid_arguments` for a bad view, `view_too_large`, `invalid_trigger_id`,
            `expired_trigger_id`, `exchanged_trigger_id`, `duplicate_external_id`.
    """
    definition = _definition(asked, "modal")
    trigger = views.use_trigger(asked.workspace, _trigger_id(asked))
    view = views.open_modal(asked.workspace, trigger.user_id, definition)
    return _answer(asked, view)


def push(asked: Asked) -> JsonObject:
    """Put a modal on top of the one that caused the trigger.

    Raises:
        Refusal: as `open_view`, `not_found` without a modal below, `push_limit_reached`.
    """
    definition = _definition(asked, "modal")
    trigger = views.use_trigger(asked.workspace, _trigger_id(asked))
    stack = asked.workspace.modals.get(trigger.user_id, [])
    below = next((view for view in stack if view.id == trigger.view_id), None)
    if below is None:
        raise Refusal("not_found")
    view = views.open_modal(asked.workspace, trigger.user_id, definition, on_top_of=below)
    return _answer(asked, view)


def update(asked: Asked) -> JsonObject:
    """Replace a view that somebody has open.

    Raises:
        Refusal: `invalid_arguments`, `view_too_large`, `not_found`, `hash_conflict`.
    """
    definition = _definition(asked, None)
    view_id, external_id = asked.text("view_id"), asked.text("external_id")
    if not view_id and not external_id:
        raise missing("view_id")
    for view in asked.workspace.all_views():
        if view.id == view_id or (external_id and view.payload.get("external_id") == external_id):
            if asked.text("hash") not in (None, "", view.hash):
                raise Refusal("hash_conflict")
            views.replace(asked.workspace, view, definition)
            return _answer(asked, view)
    raise Refusal("not_found")


def publish(asked: Asked) -> JsonObject:
    """Set a person's Home tab.

    Raises:
        Refusal: `invalid_arguments`, `view_too_large`, `not_enabled` where the manifest has no Home tab,
            `user_not_found`, `hash_conflict`, `duplicate_external_id`.
    """
    definition = _definition(asked, "home")
    if not asked.workspace.manifest.home.has_home_tab:
        raise Refusal("not_enabled")
    person = asked.person("user_id")
    current = asked.workspace.homes.get(person.id)
    given = asked.text("hash")
    if given and current is not None and given != current.hash:
        raise Refusal("hash_conflict")
    return _answer(asked, views.publish_home(asked.workspace, person.id, definition))


def _trigger_id(asked: Asked) -> str:
    trigger_id = asked.text("trigger_id") or asked.text("interactivity_pointer")
    if trigger_id is None:
        raise missing("trigger_id")
    return trigger_id


def _definition(asked: Asked, kind: str | None) -> JsonObject:
    definition = asked.parsed("view", "invalid_arguments")
    if definition is None:
        raise missing("view")
    if blocks.is_too_large(definition):
        raise Refusal("view_too_large")
    problems = blocks.view_problems(definition)
    if not problems and isinstance(definition, dict) and kind not in (None, definition["type"]):
        problems = [f"must be of type {kind} [json-pointer:/view/type]"]
    if not problems and isinstance(definition, dict):
        problems = list(_unknown_initials(asked, definition))
    if problems or not isinstance(definition, dict):
        raise Refusal("invalid_arguments", messages=problems)
    return definition


def _unknown_initials(asked: Asked, definition: JsonObject) -> Iterator[str]:
    """Elements that begin with a person or a channel that the workspace does not have (observed)."""
    known: Mapping[str, Collection[str]] = {
        "user": asked.workspace.people,
        "channel": asked.workspace.channels,
        "conversation": asked.workspace.channels,
    }
    for _, element in elements(definition["blocks"]):
        for kind, those in known.items():
            chosen = [element.get(f"initial_{kind}"), *element.get(f"initial_{kind}s", [])]
            for one in chosen:
                if one is not None and one not in those:
                    yield f"invalid initial_{kind}: {one} [json-pointer:/view/blocks]"


def _answer(asked: Asked, view: View) -> JsonObject:
    return {"view": views.payload(asked.workspace, view)}


METHODS = (
    Method("views.open", open_view),
    Method("views.push", push),
    Method("views.update", update),
    Method("views.publish", publish),
)
