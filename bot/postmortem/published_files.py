"""A published post-mortem as files: its text, the same as a page, and what the database knows, as JSON."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from storage.action_items import Found
from storage.postmortem_tables import Postmortem, Publication, Reviewer
from storage.tables import Incident

NAME = "postmortem"
NAMES = tuple(f"{NAME}.{kind}" for kind in ("md", "html", "json"))
PRIVATE = "private"
"""The folder within EXPORT_DIR of incidents whose channels are private."""
_STYLE = Markup(
    ":root{color-scheme:light dark}body{font:1rem/1.55 system-ui,sans-serif;max-width:52rem;margin:2rem auto;"
    "padding:0 1rem;overflow-wrap:break-word}table{border-collapse:collapse;display:block;overflow-x:auto}"
    "td,th{border:1px solid #8888;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    "pre{overflow-x:auto;padding:.6rem;border:1px solid #8888}blockquote{margin-left:0;padding-left:1rem;"
    "border-left:3px solid #8888}@media print{body{margin:0;max-width:none}"
    "a:not([href*='/archives/'])::after{content:' (' attr(href) ')';font-size:.8em}}"
)
_POLICY = Markup("default-src 'none'; style-src 'unsafe-inline'")
_LINKED = re.compile(r"(?:https?|mailto):", re.IGNORECASE)


def contents(
    incident: Incident,
    postmortem: Postmortem,
    reviewers: Sequence[Reviewer],
    items: Sequence[Found],
    markdown: str,
    earlier: Sequence[Publication] = (),
) -> Mapping[str, str]:
    """What stands in each file, by its name; texts that were published `earlier` keep files of theirs."""
    before = {f"{NAME}-{one.version}.md": one.markdown for one in earlier if one.markdown is not None}
    return {
        **before,
        f"{NAME}.md": markdown if markdown.endswith("\n") else f"{markdown}\n",
        f"{NAME}.html": page(f"INC-{incident.number}", markdown),
        f"{NAME}.json": as_json(incident, postmortem, reviewers, items, markdown, earlier),
    }


def folder_of(export_dir: Path, incident: Incident) -> Path:
    """Where an incident's files are; those of private channels stand apart, so that nobody shares them by
    sharing the others.
    """
    place = export_dir / PRIVATE if incident.is_private else export_dir
    return place / f"INC-{incident.number}"


def elsewhere(export_dir: Path, incident: Incident) -> Path:
    """Where its files were before its channel became private, or public again."""
    place = export_dir if incident.is_private else export_dir / PRIVATE
    return place / f"INC-{incident.number}"


def stand(export_dir: Path, incident: Incident) -> bool:
    """Whether files of the incident were ever written, wherever they are."""
    places = (folder_of(export_dir, incident), elsewhere(export_dir, incident))
    return any((place / name).exists() for place in places for name in NAMES)


def remove(folder: Path) -> None:
    """Remove the files of an incident, and nothing that somebody else put beside them.

    Raises:
        OSError: one cannot be removed.
    """
    for file in (*(folder / name for name in NAMES), *folder.glob(f"{NAME}-[0-9]*.md")):
        file.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, each whole or not at all, whoever reads meanwhile; for their owner alone.

    Raises:
        OSError: one cannot be written.
    """
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    for name, text in files.items():
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(folder / name)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def page(title: str, markdown: str) -> Markup:
    """Markdown as a page that asks the network for nothing and runs nothing, whatever people wrote."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _linked_image)
    parser.add_render_rule("link_open", _safe_link)
    return Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="{}">\n'
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n"
    ).format(_POLICY, title, _STYLE, Markup(parser.render(markdown)))  # noqa: S704 - the parser escapes


def _safe_link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    """A link that leads to the web or to mail; any other address is only its label."""
    token = tokens[place]
    if not _LINKED.match(str(token.attrGet("href") or "")):
        token.attrs.pop("href", None)
    return renderer.renderToken(tokens, place, options, env)


def _linked_image(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> Markup:
    """A picture as a link to it, since the page fetches nothing."""
    source, label = str(tokens[place].attrGet("src") or ""), tokens[place].content or "picture"
    return Markup('<a href="{}">{}</a>').format(source, label) if _LINKED.match(source) else escape(label)


def as_json(
    incident: Incident,
    postmortem: Postmortem,
    reviewers: Sequence[Reviewer],
    items: Sequence[Found],
    markdown: str,
    earlier: Sequence[Publication] = (),
) -> str:
    """The final text with what is known of its way, times in ISO 8601 UTC."""
    found = {
        "schema_version": 1,
        "incident": f"INC-{incident.number}",
        "severity": incident.severity,
        "published_at": _iso(postmortem.published_at),
        "published_by": postmortem.published_by,
        "owner": postmortem.owner_id,
        "due_at": _iso(postmortem.due_at),
        "published_before": [
            {
                "version": one.version,
                "published_at": _iso(one.published_at),
                "published_by": one.published_by,
                "reopened_at": _iso(one.reopened_at),
                "reopened_by": one.reopened_by,
            }
            for one in earlier
        ],
        "reviewers": [
            {"user": one.user_id, "asked_at": _iso(one.asked_at), "reviewed_at": _iso(one.reviewed_at)}
            for one in reviewers
        ],
        "open_action_items": [
            {
                "number": item.number,
                "slack_text": item.text if item.text is not None else (message.text if message else None),
                "owner": item.owner_id,
                "due_on": item.due_on.isoformat() if item.due_on else None,
                "ticket_url": item.ticket_url,
            }
            for item, message in items
        ],
        "markdown": markdown,
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
