"""Interactive elements: what was chosen, as actions and `state.values` carry it, and what is missing.

Source: docs.slack.dev/reference/interaction-payloads/block_actions-payload, …/view-interactions-payload
and docs.slack.dev/reference/block-kit/block-elements.
"""

from collections.abc import Iterable, Iterator

from sandbox.json_types import JsonObject
from sandbox.records import View

REQUIRED = "Please complete this required field."
_CHOICES = {"static_select", "radio_buttons", "overflow", "external_select"}
_MULTIPLE = {"multi_static_select", "checkboxes", "multi_external_select"}
_PLAIN = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}


def elements(blocks: Iterable[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Every interactive element with the block it stands in."""
    for block in blocks:
        for key in ("element", "accessory"):
            if isinstance(block.get(key), dict) and "action_id" in block[key]:
                yield block, block[key]
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element


def element_of(
    blocks: Iterable[JsonObject], action_id: str, block_id: str | None = None
) -> tuple[JsonObject, JsonObject] | None:
    """The element of this action, with its block."""
    for block, element in elements(blocks):
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    return None


def state_of(element: JsonObject, value: object) -> JsonObject:
    """What `state.values` and an action say of an element: its type and what is chosen.

    Raises:
        ValueError: an option that the element does not offer.
    """
    kind = str(element["type"])
    if kind in _CHOICES:
        return {"type": kind, "selected_option": None if value is None else _option(element, str(value))}
    if kind in _MULTIPLE:
        chosen = value if isinstance(value, list) else [] if value is None else [value]
        return {"type": kind, "selected_options": [_option(element, str(one)) for one in chosen]}
    key = _PLAIN.get(kind)
    if key is None:
        return {"type": kind}
    if kind.startswith("multi_") and value is None:
        value = []
    return {"type": kind, key: value if value != "" else None}


def _option(element: JsonObject, value: str) -> JsonObject:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    for group in groups:
        for option in group["options"]:
            if option["value"] == value:
                return dict(option)
    raise ValueError(f"{element['action_id']} offers no option {value!r}.")


def action(block: JsonObject, element: JsonObject, value: object) -> JsonObject:
    """The entry of `actions` for a click or a choice."""
    described: JsonObject = {"action_id": element["action_id"], "block_id": block["block_id"]}
    if element["type"] == "button":
        described |= {"type": "button", "text": element["text"]}
        for key in ("value", "style", "url"):
            if key in element:
                described[key] = element[key]
        return described
    return described | state_of(element, value)


def remember(view: View, block: JsonObject, element: JsonObject, value: object) -> None:
    """Keep what a person chose in a view."""
    if element["type"] != "button":
        view.values.setdefault(block["block_id"], {})[element["action_id"]] = state_of(element, value)


def fill_in(view: View) -> None:
    """Give the inputs nobody touched their initial values, as Slack's client does."""
    for block, element in elements(view.blocks):
        if element["type"] == "button" or element["action_id"] in view.values.get(block["block_id"], {}):
            continue
        remember(view, block, element, _initial(element))


def _initial(element: JsonObject) -> object:
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    return next((element[key] for key in element if key.startswith("initial_")), None)


def problems(view: View) -> dict[str, str]:
    """What Slack's client says before it submits: required inputs, lengths; by block id."""
    found: dict[str, str] = {}
    for block, element in elements(view.blocks):
        if block["type"] != "input":
            continue
        state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        given = next((value for key, value in state.items() if key != "type"), None)
        if not given:
            if not block.get("optional", False):
                found[block["block_id"]] = REQUIRED
        elif isinstance(given, str):
            length = len(given)
            if length < int(element.get("min_length", 0)):
                found[block["block_id"]] = f"Must be at least {element['min_length']} characters."
            elif length > (most := int(element.get("max_length", 3000))):
                found[block["block_id"]] = f"Must be no more than {most} characters."
    return found
