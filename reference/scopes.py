"""`docs/reference/scopes.md`: what Scribe asks of Slack, and why, from the manifest and the code."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from bot.manifest import scopes
from bot.slack.directory import ADDRESSES
from reference.markdown import code, table
from sandbox.web_api import METHODS

ROOT = Path(__file__).parents[1]

REASONS: Mapping[str, str] = {
    "commands": "the slash commands, and the entries in the menus of messages",
    "chat:write": "the summary, updates, reminders and links to the draft, in the incident's own channel",
    "channels:read": "whether a channel is public, who is in it, what it is called",
    "channels:history": "messages of public channels that keep an incident, so that a mark asks nothing",
    "channels:join": "coming into the public channel where somebody says `/incident start here`",
    "channels:manage": "opening an incident's public channel, inviting people to it, its topic",
    "groups:read": "the same as `channels:read`, for private channels Scribe was invited to",
    "groups:history": "the same as `channels:history`, for private channels Scribe was invited to",
    "groups:write": "opening an incident's private channel, inviting people to it, its topic",
    "im:history": "hearing what people say to Scribe in a direct message",
    "im:write": "opening a direct message with somebody",
    "app_mentions:read": "hearing `@Scribe add 14:05 Rolled back`",
    "reactions:read": "hearing 📌 and the other marks, put on and taken back",
    "reactions:write": "the ✅ under a message that is on the record",
    "usergroups:read": "showing a group by its name, and inviting the group that a severity calls",
    "users:read": "people's names and time zones, and whether somebody is a guest",
    "canvases:read": "reading the draft's canvas before it is changed, so that no word is lost",
    "canvases:write": "the post-mortem's canvas and the live timeline",
    "files:read": "the names of files that were shared, and finding a canvas again",
    "files:write": "the picture of the timeline, and the draft as a file where no canvas can be had",
    "pins:write": "pinning an incident's summary",
    "bookmarks:read": "finding the bookmark to the draft again",
    "bookmarks:write": "a bookmark to the draft at the top of the channel",
}
"""Why each scope is asked for, in words for whoever approves the app."""

BY_HAND: Mapping[str, str] = {
    ADDRESSES: "giving a [ticket](../how-to/connect-github.md#whose-it-is) to its owner, whom the tracker "
    "is asked for by their e-mail address, and inviting people by the file of a "
    "[review meeting](../how-to/plan-a-review-meeting.md); kept nowhere",
}
"""What the manifest leaves out and an operator may add, and why."""

HEAD = """# Scopes

Written by `make reference` from `manifest.yml` and the calls in the code; a test fails on a scope without
a reason here, on one the code does not use, and on one it lacks. Scribe asks for no
user token and no admin scope, and
reads the channels it is in.

An *optional* scope can be left out when the app is installed or approved: the feature is missing
then, and says so.
"""

FURTHER = """## Not asked for

The manifest leaves these out. Where you want what one is for, add it under *OAuth & Permissions*, *Bot Token
Scopes*, and install the app again; Scribe sees by itself that it has it.
"""


def page() -> str:
    """The page, as it is to stand in the docs."""
    optional = scopes()["bot_optional"]
    names = [*scopes()["bot"], *optional]
    used = methods_used()
    rows = [
        (
            code(name),
            "optional" if name in optional else "needed",
            REASONS[name],
            ", ".join(code(method) for method in used if name in METHODS[method].scopes),
        )
        for name in names
    ]
    asked = table(("scope", "", "what for", "calls it allows"), rows)
    further = table(("scope", "what for"), [(code(name), why) for name, why in BY_HAND.items()])
    return "\n".join([HEAD, asked, "", FURTHER, further, ""])


def methods_used() -> list[str]:
    """The Web API methods that the bot's source names."""
    spelled = {name.replace(".", "_"): name for name in METHODS}
    texts = {
        node.value
        for file in sorted((ROOT / "bot").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return sorted(spelled[text] for text in texts & spelled.keys())
