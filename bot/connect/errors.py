"""Why the hooks cannot be opened; apart from them, since every start may be told so and few open any."""

from __future__ import annotations


class CannotConnect(Exception):
    """The hooks cannot be opened as they are set; `lines` holds one sentence per problem."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
