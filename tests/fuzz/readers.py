"""Everything that reads what people or other programs wrote, each as one function of a text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.connect.adapter import Delivery, DeploysTold, Dropped
from bot.connect.adapter import Unreadable as NoDelivery
from bot.connect.fields import moment
from bot.connect.mapping import BadMapping, adapter_of
from bot.connect.mapping import parse as parse_mapping
from bot.connect.pages.notion_markdown import notion_markdown
from bot.connect.pages.storage_format import storage
from bot.connect.paths import BadPath, path_in
from bot.connect.registry import OF_TRACKERS, SHIPPED
from bot.connect.verify import TokenCheck
from bot.http.slack_requests import Unreadable, _request_in
from bot.imports.tools.fields import Clock, address
from bot.imports.tools.markdown import Unusable, incident_of
from bot.imports.tools.safe_links import with_safe_links
from bot.incidents import cues
from bot.incidents.action_items.parse import parse as parse_item
from bot.incidents.declare import titled
from bot.incidents.deploys import IncomingDeploy, line_of
from bot.incidents.errors import ScribeError
from bot.listeners.commands import COMMANDS
from bot.listeners.commands.wishes import is_known
from bot.listeners.mentions import words_for
from bot.postmortem.editor.sentences import sentences
from bot.postmortem.merge.parsing import parsed
from bot.postmortem.quotes import without
from bot.postmortem.render import slack_markdown, written, written_html
from bot.settings.routes import Known, RoutesError
from bot.settings.routes import parse as parse_routes
from bot.slack.blocks.carried import Nothing, unpacked
from bot.templates import TemplateError
from bot.templates.parse import parse as parse_template
from bot.text.form_text import encoded, field_text
from bot.text.mrkdwn import KnownNames, inert, inert_line, plain, read
from bot.text.of_programs import inert_words, short_id, web_address
from bot.text.permalink import message_in
from bot.text.when.moment import UnreadableTime
from bot.text.when.split import needs_zone, read_moment, split_leading_moment, split_since
from bot.text.wildcard import is_said_in
from storage.address import BadAddress, read_address
from storage.deploy_tables import Deploy
from storage.search import phrases

EXAMPLES = Path(__file__).parents[1] / "bot" / "connect" / "examples"
NOW = datetime(2023, 9, 10, 14, 10, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
NAMES = KnownNames(people={"U1": "Ana"}, channels={"C1": "general"})

SLACK_TEXT, COMMAND_TEXT, CANVAS, FILE = 40_000, 8_000, 20_000, 100_000
"""Characters: of a message at Slack, of a command, of a long canvas, of a file."""


@dataclass(frozen=True)
class Reader:
    """`read` takes any text of up to `longest` characters, or raises one of `refuses`."""

    read: Callable[[str], object]
    longest: int
    refuses: tuple[type[Exception], ...] = ()


MAPPING = adapter_of(
    "any",
    parse_mapping(
        """
        sender = "Any"
        [alert]
        id = ["a", "$.a[0]"]
        title = ["b", "$['a']"]
        group = "a.b"
        severity = "a"
        started = "a"
        link = "a"
        """
    ),
)
"""A mapping that looks into whatever the pieces make."""


def delivered(name: str, text: str) -> object:
    """What a hook's adapter makes of a body, and of the same words inside a delivery that is well."""
    adapter = MAPPING if name == MAPPING.name else {**SHIPPED, **OF_TRACKERS}[name]
    with suppress(NoDelivery, Dropped):
        words = _replaced(adapter.example or {"a": "", "b": ""}, text)
        adapter.read(Delivery({}, json.dumps(words).encode()))
    return adapter.read(Delivery({"ce-id": text[:50]}, text.encode("utf-8", "replace")))


KEPT = frozenset(
    [
        "version",
        "specversion",
        "source",
        "transition",
        "status",
        "type",
        "action",
        "object_kind",
        "state",
        "conclusion",
        "build_status",
        "build_started_at",
        "started_at",
        "event_type",
    ]
)
"""What says of which kind a delivery is."""


def _replaced(example: object, text: str) -> object:
    """The same with every text but those that say what it is replaced."""
    if isinstance(example, Mapping):
        return {key: one if key in KEPT else _replaced(one, text) for key, one in example.items()}
    if isinstance(example, list):
        return [_replaced(one, text) for one in example]
    return text if isinstance(example, str) else example


def deployed(name: str, text: str) -> object:
    """What a hook's adapter makes of a deploy that says these words everywhere."""
    example = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    headers = {key.lower(): value for key, value in example["headers"].items()}
    adapter = {**SHIPPED, **OF_TRACKERS}[name.partition("-")[0]]
    told = adapter.read(Delivery(headers, json.dumps(_replaced(example["body"], text)).encode()))
    assert isinstance(told, DeploysTold)
    return [line_of(made(one)) for one in told.deploys]


def made(told: IncomingDeploy) -> Deploy:
    return Deploy(
        service=told.service,
        version=told.version,
        environment=told.environment,
        who=told.who,
        link=told.link,
        state=told.state,
        is_release=told.is_release,
    )


DEPLOYED = {
    f"hook: {name}": Reader(partial(deployed, name), 20_000, (NoDelivery, Dropped))
    for name in (
        "github-deployment",
        "github-deployment-status",
        "github-release-published",
        "github-workflow-run-completed",
        "gitlab-deployment-success",
        "gitlab-release-create",
        "gitlab-job-success",
        "gitlab-pipeline-success",
        "cloudevents-structured",
    )
}
HOOKED = {
    f"hook: {name}": Reader(partial(delivered, name), 20_000, (NoDelivery, Dropped))
    for name in (*SHIPPED, *OF_TRACKERS, MAPPING.name)
}

READERS: Mapping[str, Reader] = {
    **HOOKED,
    **DEPLOYED,
    "hook: token": Reader(
        lambda text: TokenCheck("sesame-sesame-12")({"authorization": f"Basic {text}"}, None, 0), COMMAND_TEXT
    ),
    "hook: moment": Reader(moment, COMMAND_TEXT),
    "hook: words": Reader(lambda text: inert_words(text, 200), FILE),
    "hook: address": Reader(web_address, COMMAND_TEXT),
    "hook: id": Reader(short_id, COMMAND_TEXT),
    "mapping": Reader(parse_mapping, 10_000, (BadMapping,)),
    "routes": Reader(
        lambda text: parse_routes(text, "routes.toml", Known(("sev1",), {"sre": False})),
        10_000,
        (RoutesError,),
    ),
    "routes: pattern": Reader(lambda text: is_said_in(text, text[:200]), SLACK_TEXT),
    "mapping: path": Reader(path_in, COMMAND_TEXT, (BadPath,)),
    "message: words": Reader(lambda text: read(text, NAMES), SLACK_TEXT),
    "message: inert": Reader(lambda text: inert(text, NAMES), SLACK_TEXT),
    "message: one line": Reader(lambda text: inert_line(text, NAMES), SLACK_TEXT),
    "message: plain": Reader(lambda text: plain(text, NAMES), SLACK_TEXT),
    "message: cues": Reader(cues.read, SLACK_TEXT),
    "message: cues of an app": Reader(lambda text: cues.read(text, is_of_app=True), SLACK_TEXT),
    "mention": Reader(lambda text: words_for(text, "U0SCRIBE", is_direct=False), SLACK_TEXT),
    "direct message": Reader(lambda text: words_for(text, "U0SCRIBE", is_direct=True), SLACK_TEXT),
    "command: verb": Reader(lambda text: is_known(f"/incident {text}", COMMANDS), COMMAND_TEXT),
    "command: time": Reader(lambda text: read_moment(text, NOW, ZONE), COMMAND_TEXT, (UnreadableTime,)),
    "command: time and text": Reader(
        lambda text: split_leading_moment(text, NOW, ZONE), COMMAND_TEXT, (UnreadableTime,)
    ),
    "command: since": Reader(lambda text: split_since(text, NOW, ZONE), COMMAND_TEXT, (UnreadableTime,)),
    "command: zone": Reader(needs_zone, COMMAND_TEXT),
    "command: item": Reader(lambda text: parse_item(text, NOW.date()), COMMAND_TEXT, (ScribeError,)),
    "command: title": Reader(lambda text: titled(text, is_drill=False), COMMAND_TEXT, (ScribeError,)),
    "command: link": Reader(message_in, COMMAND_TEXT),
    "command: search": Reader(phrases, COMMAND_TEXT),
    "form: shown": Reader(field_text, 3_000),
    "form: typed": Reader(encoded, 3_000),
    "form: carried": Reader(lambda text: unpacked(text, Nothing), 3_000, (ScribeError,)),
    "canvas: merged": Reader(lambda text: parsed(text, (), ()), CANVAS),
    "canvas: shown in Slack": Reader(lambda text: slack_markdown.lines(text, NAMES), CANVAS),
    "canvas: mentions": Reader(slack_markdown.mentioned, CANVAS),
    "canvas: into a file": Reader(written.for_file, CANVAS),
    "canvas: into a canvas": Reader(written.for_canvas, CANVAS),
    "canvas: as a page": Reader(written_html.render, CANVAS),
    "canvas: for Confluence": Reader(lambda text: storage(text, "0f.1"), CANVAS),
    "canvas: for Notion": Reader(lambda text: notion_markdown(text, "0f.1"), CANVAS),
    "canvas: sentences": Reader(lambda text: list(sentences(text)), CANVAS),
    "canvas: deleted messages": Reader(lambda text: without(text, lambda *_: True), CANVAS),
    "template": Reader(parse_template, 20_000, (TemplateError,)),
    "HTTP: JSON": Reader(
        lambda text: _request_in(text.encode("utf-8", "replace"), "application/json"), FILE, (Unreadable,)
    ),
    "HTTP: form": Reader(
        lambda text: _request_in(text.encode("utf-8", "replace"), "application/x-www-form-urlencoded"),
        FILE,
        (Unreadable,),
    ),
    "other tool: Markdown": Reader(
        lambda text: incident_of(text, "2024-02-03.md", Clock()), 20_000, (Unusable,)
    ),
    "other tool: safe links": Reader(with_safe_links, CANVAS),
    "other tool: time": Reader(Clock().moment, COMMAND_TEXT),
    "other tool: address": Reader(address, COMMAND_TEXT),
    "setting: database": Reader(read_address, COMMAND_TEXT, (BadAddress,)),
}
