"""The elements of Block Kit and their limits.

Source: docs.slack.dev/reference/block-kit/block-elements and …/composition-objects, a page each. What the
workspace has no way to use is refused: `external_select` (it would ask the app), `file_input`,
`rich_text_input`.
"""

from collections.abc import Mapping

from sandbox.block_schema import (
    Check,
    also,
    anything,
    between,
    by_type,
    distinct_options,
    exactly_one,
    few_enough,
    fields,
    fitting_value,
    flag,
    initially_offered,
    many,
    matching,
    number,
    on_calendar,
    one_of,
    text,
    zone,
)

ACTION_ID = text(255, 1)
_URL = also(text(3000, 1), matching(r"(https?|slack)://\S+|mailto:\S+", "of an address"))
_IMAGE_URL = also(text(3000, 1), matching(r"https?://\S+", "of an address"))


def plain(maximum: int) -> Check:
    """A text object that is plain_text, at most so long (…/composition-objects/text-object)."""
    return by_type({"plain_text": fields({"type": anything, "text": text(maximum, 1)}, {"emoji": flag})})


def any_text(maximum: int) -> Check:
    """A text object of either kind."""
    return by_type(
        {
            "plain_text": fields({"type": anything, "text": text(maximum, 1)}, {"emoji": flag}),
            "mrkdwn": fields({"type": anything, "text": text(maximum, 1)}, {"verbatim": flag}),
        }
    )


_CONFIRM = fields(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)


def _option(label: Check) -> Check:
    return fields({"text": label, "value": text(150, 1)}, {"description": any_text(75), "url": _URL})


_SELECT_OPTION = _option(plain(75))
_RICH_OPTION = _option(any_text(75))
_GROUP = fields({"label": plain(75), "options": many(_SELECT_OPTION, 100)})
_CHOICE = {"confirm": _CONFIRM, "focus_on_load": flag, "placeholder": plain(150)}
_FILTER = fields(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)


def _element(
    required: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None
) -> Check:
    return fields({"type": anything, **(required or {})}, {"action_id": ACTION_ID, **(optional or {})})


BUTTON = _element(
    {"text": plain(75)},
    {
        "value": text(2000),
        "url": _URL,
        "style": one_of("primary", "danger"),
        "confirm": _CONFIRM,
        "accessibility_label": text(75),
    },
)
_IMAGE = also(
    fields(
        {"type": anything, "alt_text": text(2000)},
        {"image_url": _IMAGE_URL, "slack_file": anything},
    ),
    exactly_one("image_url", "slack_file"),
)
_OPTIONS = {"options": many(_SELECT_OPTION, 100), "option_groups": many(_GROUP, 100)}
_STATIC = also(
    _element(None, {**_OPTIONS, **_CHOICE, "initial_option": _SELECT_OPTION}),
    exactly_one("options", "option_groups"),
    distinct_options,
    initially_offered,
)
_MULTI_STATIC = also(
    _element(
        None,
        {
            **_OPTIONS,
            **_CHOICE,
            "initial_options": many(_SELECT_OPTION, 100),
            "max_selected_items": between(1),
        },
    ),
    exactly_one("options", "option_groups"),
    distinct_options,
    initially_offered,
    few_enough,
)
_RADIO = also(
    _element(
        {"options": many(_RICH_OPTION, 10)},
        {"initial_option": _RICH_OPTION, "confirm": _CONFIRM, "focus_on_load": flag},
    ),
    distinct_options,
    initially_offered,
)
_CHECKBOXES = also(
    _element(
        {"options": many(_RICH_OPTION, 10)},
        {"initial_options": many(_RICH_OPTION, 10), "confirm": _CONFIRM, "focus_on_load": flag},
    ),
    distinct_options,
    initially_offered,
)
_TYPED = {
    "initial_value": text(3000),
    "placeholder": plain(150),
    "focus_on_load": flag,
    "dispatch_action_config": fields(
        {}, {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2)}
    ),
}
_TEXT_INPUT = also(
    _element(
        None, {**_TYPED, "multiline": flag, "min_length": between(0, 3000), "max_length": between(1, 3000)}
    ),
    fitting_value,
)
_FORMATTED = _element(None, _TYPED)
_NUMBER = _element(
    {"is_decimal_allowed": flag},
    {**_TYPED, "initial_value": number, "min_value": number, "max_value": number},
)
_CONVERSATION = {
    **_CHOICE,
    "default_to_current_conversation": flag,
    "response_url_enabled": flag,
    "filter": _FILTER,
}


def _several(required: None, optional: Mapping[str, Check]) -> Check:
    return also(_element(required, optional), few_enough)


_SELECTS: dict[str, Check] = {
    "static_select": _STATIC,
    "multi_static_select": _MULTI_STATIC,
    "users_select": _element(None, {**_CHOICE, "initial_user": text()}),
    "multi_users_select": _several(
        None, {**_CHOICE, "initial_users": many(text(), 100), "max_selected_items": between(1)}
    ),
    "conversations_select": _element(None, {**_CONVERSATION, "initial_conversation": text()}),
    "multi_conversations_select": _several(
        None,
        {**_CONVERSATION, "initial_conversations": many(text(), 100), "max_selected_items": between(1)},
    ),
    "channels_select": _element(None, {**_CHOICE, "initial_channel": text(), "response_url_enabled": flag}),
    "multi_channels_select": _several(
        None, {**_CHOICE, "initial_channels": many(text(), 100), "max_selected_items": between(1)}
    ),
    "datepicker": _element(None, {**_CHOICE, "initial_date": on_calendar}),
    "timepicker": _element(
        None,
        {**_CHOICE, "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d", "HH:mm"), "timezone": zone},
    ),
    "radio_buttons": _RADIO,
    "checkboxes": _CHECKBOXES,
    "datetimepicker": _element(
        None,
        {
            "initial_date_time": between(1_000_000_000, 9_999_999_999),
            "confirm": _CONFIRM,
            "focus_on_load": flag,
        },
    ),
}
_OVERFLOW = also(_element({"options": many(_SELECT_OPTION, 5)}, {"confirm": _CONFIRM}), distinct_options)

ACTION = by_type({**_SELECTS, "button": BUTTON, "overflow": _OVERFLOW})
ACCESSORY = by_type({**_SELECTS, "button": BUTTON, "overflow": _OVERFLOW, "image": _IMAGE})
INPUT = by_type(
    {
        **_SELECTS,
        "plain_text_input": _TEXT_INPUT,
        "email_text_input": _FORMATTED,
        "url_text_input": _FORMATTED,
        "number_input": _NUMBER,
    }
)
CONTEXT = by_type(
    {
        "image": _IMAGE,
        "plain_text": fields({"type": anything, "text": text(3000, 1)}, {"emoji": flag}),
        "mrkdwn": fields({"type": anything, "text": text(3000, 1)}, {"verbatim": flag}),
    }
)
