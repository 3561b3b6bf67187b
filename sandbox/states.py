"""Interactive elements: what was chosen, as actions and `state.values` carry it.

Source: docs.slack.dev/reference/interaction-payloads/block_actions-payload, …/view-interactions-payload
and docs.slack.dev/reference/block-kit/block-elements.
"""

from collections.abc import Iterable, Iterator

from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject

STATELESS = ("button", "overflow")
"""What is pressed and keeps nothing; `state.values` leaves it out."""
_CHOICES = {"static_select", "radio_buttons", "overflow"}
_MULTIPLE = {"multi_static_select", "checkboxes"}
PLAIN = {
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
"""Under which key the state of an element without options carries its value."""


def elements(blocks: Iterable[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Every interactive element with the block it stands in."""
    for block in blocks:
        for key in ("element", "accessory"):
            if isinstance(block.get(key), dict) and block[key]["type"] != "image":
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
        SandboxError: an option that the element does not offer.
    """
    kind = str(element["type"])
    if kind in _CHOICES:
        return {"type": kind, "selected_option": None if value is None else _option(element, str(value))}
    if kind in _MULTIPLE:
        chosen = value if isinstance(value, list) else [] if value is None else [value]
        return {"type": kind, "selected_options": [_option(element, str(one)) for one in chosen]}
    key = PLAIN.get(kind)
    if key is None:
        return {"type": kind}
    if value in (None, ""):
        value = [] if kind.startswith("multi_") else None
    elif kind == "datetimepicker":
        value = int(str(value))
    state = {"type": kind, key: value}
    if "timezone" in element:
        state["timezone"] = element["timezone"]
    return state


def options(element: JsonObject) -> Iterator[JsonObject]:
    """What an element with options offers, whether or not they are grouped."""
    for group in element.get("option_groups") or [{"options": element.get("options", [])}]:
        yield from group["options"]


def _option(element: JsonObject, value: str) -> JsonObject:
    for option in options(element):
        if option["value"] == value:
            return dict(option)
    raise SandboxError(f"{element['action_id']} offers no option {value!r}.")


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


def remember(values: JsonObject, block: JsonObject, element: JsonObject, value: object) -> None:
    """Keep what a person chose, in the values of a view or message."""
    if element["type"] not in STATELESS:
        values.setdefault(block["block_id"], {})[element["action_id"]] = state_of(element, value)


def fill_in(values: JsonObject, blocks: Iterable[JsonObject]) -> None:
    """Give the elements nobody touched their initial values, as Slack's client does."""
    for block, element in elements(blocks):
        if element["action_id"] not in values.get(block["block_id"], {}):
            remember(values, block, element, _initial(element))


def _initial(element: JsonObject) -> object:
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    return next((element[key] for key in element if key.startswith("initial_")), None)


def kept(values: JsonObject, blocks: Iterable[JsonObject]) -> JsonObject:
    """What stays of the values under new blocks: inputs whose block, action and type are still there."""
    found: JsonObject = {}
    for block, element in elements(blocks):
        value = values.get(block.get("block_id", ""), {}).get(element.get("action_id"))
        if block["type"] == "input" and value is not None and value["type"] == element["type"]:
            found.setdefault(block["block_id"], {})[element["action_id"]] = value
    return found
