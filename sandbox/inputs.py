"""What people can choose and type in the elements of Block Kit, as Slack's client lets them.

Source: docs.slack.dev/reference/block-kit/block-elements, a page each.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from sandbox import states
from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.records import Channel, View
from sandbox.state import State

REQUIRED = "Please complete this required field."
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_FILTERS = {"channel": "public", "group": "private", "im": "im"}


def choose(
    workspace: State,
    user_id: str,
    values: JsonObject,
    found: tuple[JsonObject, JsonObject],
    value: object,
) -> None:
    """Keep what a person chose or typed in an element, if the client would let them.

    Raises:
        SandboxError: nobody could choose that there: no such option, person or channel, no date, too many.
    """
    block, element = found
    given = value if isinstance(value, list) else [] if value in (None, "") else [value]
    if len(given) > int(element.get("max_selected_items", len(given))):
        raise SandboxError(f"{element['action_id']} takes at most {element['max_selected_items']}.")
    for one in given:
        if not _is_offered(workspace, user_id, element, str(one)):
            raise SandboxError(f"{element['action_id']} does not offer {one!r}.")
    states.remember(values, block, element, value)


def _is_offered(workspace: State, user_id: str, element: JsonObject, value: str) -> bool:
    kind = str(element["type"]).removeprefix("multi_")
    channel = workspace.channels.get(value)
    if kind == "users_select":
        return value in workspace.people
    if kind == "channels_select":
        return channel is not None and channel.kind == "channel"
    if kind == "conversations_select":
        return channel is not None and _is_listed(workspace, user_id, channel, element.get("filter", {}))
    if kind == "datepicker":
        return _is_date(value)
    if kind == "timepicker":
        return _TIME.fullmatch(value) is not None
    if kind == "datetimepicker":
        return value.isdecimal() and len(value) == 10
    return True


def _is_listed(workspace: State, user_id: str, channel: Channel, only: JsonObject) -> bool:
    """Whether a conversation stands in this person's list, by the element's filter."""
    if channel.is_private and user_id not in channel.members:
        return False
    if only.get("exclude_external_shared_channels") and channel.connected_team_ids:
        return False
    if only.get("exclude_bot_users") and channel.kind == "im":
        return False  # the direct messages here are all with the app
    return _FILTERS[channel.kind] in only.get("include", _FILTERS.values())


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and date.fromisoformat(value) is not None
    except ValueError:
        return False


def problems(view: View) -> dict[str, str]:
    """What Slack's client says before it submits a form, by block id; nothing if it is complete."""
    found: dict[str, str] = {}
    for block, element in states.elements(view.blocks):
        if block["type"] != "input":
            continue
        state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        given = next((value for key, value in state.items() if key not in ("type", "timezone")), None)
        if not given:
            problem = None if block.get("optional", False) else REQUIRED
        else:
            problem = _problem(element, given) if isinstance(given, str) else None
        if problem is not None:
            found[block["block_id"]] = problem
    return found


def _problem(element: JsonObject, given: str) -> str | None:
    kind = element["type"]
    if kind == "number_input":
        return _problem_of_number(element, given)
    if kind == "email_text_input" and not _EMAIL.fullmatch(given):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not (urlsplit(given).scheme and urlsplit(given).netloc):
        return "Please enter a valid URL."
    if kind == "plain_text_input":
        if len(given) < int(element.get("min_length", 0)):
            return f"Must be at least {element['min_length']} characters."
        if len(given) > (most := int(element.get("max_length", 3000))):
            return f"Must be no more than {most} characters."
    return None


def _problem_of_number(element: JsonObject, given: str) -> str | None:
    try:
        number = Decimal(given)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Must be no more than {element['max_value']}."
    return None
