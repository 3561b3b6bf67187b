"""The app's manifest: the scopes, events, commands, shortcuts and tabs that it was installed with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "bot" / "manifest.yml"


@dataclass(frozen=True)
class SlashCommand:
    """A command the app answers; with `should_escape` Slack turns @names into ids."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


MAX_SHORTCUT_NAME = 24
MAX_SHORTCUTS = 10


@dataclass(frozen=True)
class Shortcut:
    """An entry of a message's menu (`message`) or of the whole workspace (`global`)."""

    name: str
    kind: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True)
class AppHome:
    """The tabs of the app's own place: a Home that it fills, and the direct messages with it."""

    has_home_tab: bool = False
    has_messages_tab: bool = True
    is_read_only: bool = True
    """Whether people can read the direct messages, but not write any; so it is unless it is allowed."""


@dataclass(frozen=True)
class Manifest:
    """The installed app (docs.slack.dev/reference/app-manifest), its optional scopes granted."""

    app_name: str = "Scribe"
    bot_name: str = "scribe"
    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    commands: tuple[SlashCommand, ...] = field(default=())
    shortcuts: tuple[Shortcut, ...] = field(default=())
    home: AppHome = field(default=AppHome())

    def command(self, name: str) -> SlashCommand | None:
        """The command of this name, slash included."""
        return next((known for known in self.commands if known.command == name), None)

    def shortcut(self, kind: str, callback_id: str) -> Shortcut | None:
        """The shortcut of this kind and callback id."""
        return next((s for s in self.shortcuts if (s.kind, s.callback_id) == (kind, callback_id)), None)


def read_manifest(path: Path = DEFAULT_PATH) -> Manifest:
    """Read an app manifest in YAML.

    Raises:
        OSError: the file can't be read.
        ValueError: the file is not a manifest, or has a shortcut that Slack refuses.
    """
    manifest = _manifest_in(path.read_text(encoding="utf-8"))
    if manifest is None:
        raise ValueError(f"{path} is not an app manifest.")
    return manifest


@lru_cache(maxsize=1)
def _manifest_in(text: str) -> Manifest | None:
    raw = yaml.safe_load(text)
    if not isinstance(raw, dict):
        return None
    features = raw.get("features") or {}
    commands = tuple(
        SlashCommand(
            command=entry["command"],
            description=entry.get("description", ""),
            usage_hint=entry.get("usage_hint", ""),
            should_escape=bool(entry.get("should_escape", False)),
        )
        for entry in features.get("slash_commands") or ()
    )
    name = str((raw.get("display_information") or {}).get("name", "Scribe"))
    bot = (features.get("bot_user") or {}).get("display_name", name)
    settings = raw.get("settings") or {}
    asked = (raw.get("oauth_config") or {}).get("scopes") or {}
    return Manifest(
        app_name=name,
        bot_name=str(bot).lower(),
        scopes=frozenset([*(asked.get("bot") or ()), *(asked.get("bot_optional") or ())]),
        events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or ()),
        commands=commands,
        shortcuts=_shortcuts(features.get("shortcuts") or ()),
        home=_home(features.get("app_home") or {}),
    )


def _shortcuts(entries: Sequence[Mapping[str, str]]) -> tuple[Shortcut, ...]:
    """The shortcuts, within the limits of docs.slack.dev/reference/app-manifest#features."""
    found = tuple(
        Shortcut(entry["name"], entry["type"], entry["callback_id"], entry["description"])
        for entry in entries
    )
    if len(found) > MAX_SHORTCUTS:
        raise ValueError(f"A manifest has at most {MAX_SHORTCUTS} shortcuts, not {len(found)}.")
    for shortcut in found:
        if shortcut.kind not in ("message", "global"):
            raise ValueError(f"A shortcut's type is message or global, not {shortcut.kind}.")
        if len(shortcut.name) > MAX_SHORTCUT_NAME:
            raise ValueError(f"A shortcut's name has at most {MAX_SHORTCUT_NAME} characters: {shortcut.name}")
    return found


def _home(entry: Mapping[str, bool]) -> AppHome:
    return AppHome(
        has_home_tab=bool(entry.get("home_tab_enabled", False)),
        has_messages_tab=bool(entry.get("messages_tab_enabled", True)),
        is_read_only=bool(entry.get("messages_tab_read_only_enabled", True)),
    )
