"""Scenarios: an incident of the past as data, to be played in the sandbox.

A scenario is a TOML file (see `sandbox/scenarios/`), or a JSON file of published incident timelines
(`sandbox.scenario_corpus`). `load` reads both. The TOML format:

    title = "Deployment disruption"        # required
    slug = "deployment-disruption"         # default: the file's name
    zone = "UTC"                           # IANA zone of the times below; default UTC
    date = 2023-09-10                      # the day of times such as "14:05"

    [people.ana]                           # the key is how steps call the person
    name = "ana"                           # display name, default the key
    real_name = "Ana Ferreira"             # default: the name
    tz = "Europe/Lisbon"                   # the person's zone, default: the scenario's

    [bots.watchtower]                      # other apps, which only post alerts
    name = "Watchtower"

    [channels.deploys]                     # the first one is where steps happen unless they say `in`
    name = "deploys"                       # default the key
    topic = "What goes out, and when"
    is_private = false
    members = ["ana", "ben"]               # default: everybody
    has_app = true                         # whether the app is a member from the beginning, default false

    [[step]]
    at = "14:05"                           # or "14:05:30", or a whole ISO 8601 moment; never before
    who = "ana"                            # the step above it
    in = "deploys"
    say = "It's the pool again."           # exactly one action: say, alert, edit, delete, react,
                                           # unreact or command

| action | further keys |
|---|---|
| `say = "text"` | `key`, `in_thread_of`, `marks = ["pushpin"]` with `marked_by = "ben"` or a list |
| `alert = {text, blocks, attachments}` | the same; `who` is a bot; each part is optional, one must be there |
| `edit = {of = "key", text = "…"}` | |
| `delete = {of = "key"}` | |
| `react = {of = "key", emoji = "eyes"}`, `unreact` | |
| `command = "/incident start here …"` | |

Texts are written as a person types them: `@ana` becomes a mention, `#deploys` a channel link.
"""

from pathlib import Path

from sandbox import scenario_corpus, scenario_toml
from sandbox.scenario_steps import (
    Action,
    Alert,
    CastMember,
    Command,
    Delete,
    Edit,
    React,
    Room,
    Say,
    Scenario,
    ScenarioError,
    Step,
    Unreact,
)

__all__ = [
    "Action",
    "Alert",
    "CastMember",
    "Command",
    "Delete",
    "Edit",
    "React",
    "Room",
    "Say",
    "Scenario",
    "ScenarioError",
    "Step",
    "Unreact",
    "load",
]


def load(path: Path) -> Scenario:
    """Read a scenario from TOML, or from a published incident timeline in JSON.

    Raises:
        ScenarioError: the file can't be read, or is not a valid scenario.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ScenarioError(f"{path.name} can't be read: {reason}.") from error
    if path.suffix == ".json":
        return scenario_corpus.parse(text, path.name)
    return scenario_toml.parse(text, path.name)
