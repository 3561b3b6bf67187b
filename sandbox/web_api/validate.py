"""blocks.validate (docs.slack.dev/reference/methods/blocks.validate): is this Block Kit that Slack takes?"""

import re

from sandbox.blocks import message_problems, view_problems
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.web_api.asked import Asked, Method

_PROBLEM = re.compile(r"(.*?)(?: \[json-pointer:(.*)\])?", re.DOTALL)
KINDS = ("blocks", "message", "view")


def validate(asked: Asked) -> JsonObject:
    """Look at blocks, a message or a view, without showing it to anybody.

    Raises:
        Refusal: `invalid_arguments` where not exactly one of them is given; `invalid_blocks`,
            `invalid_message`, `invalid_view` with an error for each problem and where it is.
    """
    given = [kind for kind in KINDS if asked.text(kind) is not None]
    if len(given) != 1:
        raise Refusal("invalid_arguments", messages=["provide exactly one of blocks, message, view"])
    (kind,) = given
    value = asked.parsed(kind, f"invalid_{kind}")
    if kind == "view":
        problems, root = view_problems(value), "/view"
    elif kind == "message":
        problems, root = message_problems(value.get("blocks") if isinstance(value, dict) else None), ""
    else:
        problems, root = message_problems(value), "/blocks"
    if problems:
        raise Refusal(f"invalid_{kind}", errors=[_described(one, root) for one in problems])
    return {}


def _described(problem: str, root: str) -> JsonObject:
    found = _PROBLEM.fullmatch(problem)
    assert found is not None
    pointer = (found[2] or root).removeprefix(root)
    return {"pointer": pointer, "code": "failed_constraint", "message": found[1]}


METHODS = (Method("blocks.validate", validate),)
