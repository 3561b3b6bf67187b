"""The names used for JSON in the sandbox: Slack's payloads are open-ended objects."""

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object as Slack sends or receives it."""
