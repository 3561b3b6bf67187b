"""The app's manifest: the scopes, events and commands that it was installed with."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "manifest.yml"


@dataclass(frozen=True)
class SlashCommand:
    """A command the app answers; with `should_escape` Slack turns @names into ids."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Manifest:
    """The installed app (docs.slack.dev/reference/app-manifest)."""

    app_name: str = "Scribe"
    bot_name: str = "scribe"
    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    commands: tuple[SlashCommand, ...] = field(default=())

    def command(self, name: str) -> SlashCommand | None:
        """The command of this name, slash included."""
        return next((known for known in self.commands if known.command == name), None)


def read_manifest(path: Path = DEFAULT_PATH) -> Manifest:
    """Read an app manifest in YAML.

    Raises:
        OSError: the file can't be read.
        ValueError: the file is not a manifest.
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
    return Manifest(
        app_name=name,
        bot_name=str(bot).lower(),
        scopes=frozenset(((raw.get("oauth_config") or {}).get("scopes") or {}).get("bot") or ()),
        events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or ()),
        commands=commands,
    )
