"""The draft as one HTML page that needs nothing else: for a browser, a printer, an archive.

Everything is inline and nothing is fetched (a Content-Security-Policy says so too). Light and dark follow
the reader's setting; print is light.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from importlib import resources
from zoneinfo import ZoneInfo

from bot.postmortem.chart.draw import svg
from bot.postmortem.document import (
    Block,
    Bullets,
    Chart,
    CheckItem,
    Checklist,
    Document,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Question,
    Remark,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.postmortem.render import written_html
from bot.postmortem.render.addresses import is_page
from bot.postmortem.render.written_html import is_safe, visible
from bot.text.prose import Code, CodeBlock, Inline, LineBreak, Link, Paragraph, Prose, Strong, Text
from bot.text.spans import occurrence

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render(document: Document) -> str:
    """The whole page. Drawing its picture takes some time, so call it by `asyncio.to_thread`."""
    sections = "\n".join(
        _section(section.heading, section.blocks, document.zone) for section in document.sections
    )
    title = _text(document.title)
    style = resources.files(__package__ or "").joinpath("page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<header>
<p class="kind">Post-mortem</p>
<h1>{title}</h1>
{_facts(document.facts.facts)}
</header>
{sections}
</main>
</body>
</html>
"""


def _section(heading: str, blocks: Iterable[Block], zone: ZoneInfo) -> str:
    content = "\n".join(_block(block, zone) for block in blocks)
    return f"<section>\n<h2>{_text(heading)}</h2>\n{content}\n</section>"


def _block(block: Block, zone: ZoneInfo) -> str:
    match block:
        case Paragraph() | CodeBlock():
            return _prose((block,))
        case Remark():
            return f'<div class="remark">{_remark(block)}</div>'
        case Bullets(items):
            return _list(f"<li>{_remark(item)}</li>" for item in items)
        case FactList(facts):
            return _facts(facts)
        case TimelineTable(rows):
            return _timeline(rows, zone)
        case Checklist(items):
            return _list((_check_item(item) for item in items), kind="checks")
        case Chart():
            return _chart(block)
        case Written(markdown):
            return f'<div class="written">{written_html.render(markdown)}</div>'
        case Question(text):
            return f'<p class="question">{_text(text)}</p>'


def _list(items: Iterable[str], kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    return f"<ul{name}>\n" + "\n".join(items) + "\n</ul>"


def _facts(facts: Iterable[Fact]) -> str:
    lines = [f"<div><dt>{_text(fact.label)}</dt><dd>{_value(fact)}</dd></div>" for fact in facts]
    return "<dl>\n" + "\n".join(lines) + "\n</dl>"


def _value(fact: Fact) -> str:
    value = _link(fact.value, fact.value) if is_page(fact.value) else _text(fact.value)
    evidence = fact.evidence
    if evidence is None or evidence.permalink is None:
        return value
    return f"{value} ({_link(evidence.source, evidence.permalink)})"


def _check_item(item: CheckItem) -> str:
    ticked = " checked" if item.is_done else ""
    box = f'<input type="checkbox" disabled{ticked}>'
    known = "; ".join(f"{_text(fact.label)}: {_value(fact)}" for fact in item.details)
    details = f'<p class="details">{known}</p>' if known else ""
    return f"<li>{box}<div>{_remark(item.remark)}{details}</div></li>"


def _remark(remark: Remark) -> str:
    return _prose(remark.words) + (_said_by(remark.evidence) if remark.evidence else "")


def _said_by(evidence: Evidence) -> str:
    found = [_link(evidence.source, evidence.permalink)] if evidence.permalink else []
    if not found and evidence.source != "message":
        found.append(_text(evidence.source))
    found += map(_file, evidence.files)
    where = f" ({', '.join(found)})" if found else ""
    return f'<p class="said-by">— {_text(evidence.author)}{where}</p>'


def _timeline(rows: Iterable[TimelineRow], zone: ZoneInfo) -> str:
    lines = "\n".join(_row(row, zone) for row in rows)
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Time", "What happened", "Who", "Evidence"))
    return (
        '<div class="wide"><table class="timeline">\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table></div>"
    )


def _row(row: TimelineRow, zone: ZoneInfo) -> str:
    when = occurrence(row.occurred_at, row.occurred_until, row.is_approximate, zone)
    moment = f'<time datetime="{_iso(row.occurred_at)}">{_text(when)}</time>'
    evidence = [_link("message", row.permalink)] if row.permalink else []
    evidence += map(_file, row.files)
    return (
        f'<tr><th scope="row" class="when">{moment}</th><td>{_prose(row.text)}</td>'
        f"<td>{_text(row.author)}</td><td>{'<br>'.join(evidence) or '–'}</td></tr>"
    )


def _chart(chart: Chart) -> str:
    """Both pictures, of which the page's theme shows one."""
    return (
        f'<figure class="chart"><div class="light">{svg(chart)}</div>'
        f'<div class="dark">{svg(chart, dark=True)}</div>'
        f"<figcaption>{_text(chart.alt)}</figcaption></figure>"
    )


def _prose(words: Iterable[Prose]) -> str:
    return "".join(
        f"<pre><code>{_text(block.text)}</code></pre>"
        if isinstance(block, CodeBlock)
        else f"<p>{''.join(map(_inline, block.inlines))}</p>"
        for block in words
    )


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return _text(text)
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Link(label, url):
            return _link(label, url)
        case LineBreak():
            return "<br>"
        case Strong(children):
            return f"<strong>{''.join(map(_inline, children))}</strong>"


def _file(file: FileRef) -> str:
    return _link(file.name, file.url) if file.url else _text(file.name)


def _link(label: str, url: str) -> str:
    """A link, unless its address could do more than lead somewhere."""
    if not is_safe(url):
        return _text(label if label == url else f"{label} ({url})")
    bare = ' class="bare"' if label == url else ""  # on paper the address stands after any other label
    return f'<a href="{escape(visible(url), quote=True)}"{bare} rel="noreferrer noopener">{_text(label)}</a>'


def _text(text: str) -> str:
    return escape(visible(text), quote=True)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
