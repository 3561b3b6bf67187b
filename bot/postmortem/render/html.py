"""The draft as one self-contained HTML page, for a browser, a printer or an archive.

Everything is inline and nothing is fetched (a Content-Security-Policy says so too). Light and dark follow
the reader's setting; print is light. Whatever is not `Markup` is escaped where it is put in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import resources
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

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
from bot.text.prose import (
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Paragraph,
    Prose,
    Strike,
    Strong,
    Text,
)
from bot.text.spans import occurrence

_POLICY = Markup(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)

_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
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
{facts}
</header>
{sections}
</main>
</body>
</html>
""")


def render(document: Document) -> Markup:
    """The whole page. Drawing its picture takes some time, so call it by `asyncio.to_thread`."""
    style = resources.files(__package__ or "").joinpath("page.css").read_text(encoding="utf-8")
    page = _PAGE.format(
        policy=_POLICY,
        title=document.title,
        style=Markup(style),  # noqa: S704 - a file of ours
        facts=_facts(document.facts.facts),
        sections=_lines(_section(one.heading, one.blocks, document.zone) for one in document.sections),
    )
    return Markup(visible(page))  # noqa: S704 - the same page without control characters


def _section(heading: str, blocks: Iterable[Block], zone: ZoneInfo) -> Markup:
    content = _lines(_block(block, zone) for block in blocks)
    return Markup("<section>\n<h2>{}</h2>\n{}\n</section>").format(heading, content)


def _lines(parts: Iterable[Markup]) -> Markup:
    return Markup("\n").join(parts)


def _block(block: Block, zone: ZoneInfo) -> Markup:
    match block:
        case Paragraph() | CodeBlock():
            return _prose((block,))
        case Remark():
            return Markup('<div class="remark">{}</div>').format(_remark(block))
        case Bullets(items):
            lines = _lines(Markup("<li>{}</li>").format(_remark(item)) for item in items)
            return Markup("<ul>\n{}\n</ul>").format(lines)
        case FactList(facts):
            return _facts(facts)
        case TimelineTable(rows):
            return _timeline(rows, zone)
        case Checklist(items):
            return Markup('<ul class="checks">\n{}\n</ul>').format(_lines(map(_check_item, items)))
        case Chart():
            return _chart(block)
        case Written(markdown):
            return Markup('<div class="written">{}</div>').format(written_html.render(markdown))
        case Question(text):
            return Markup('<p class="question">{}</p>').format(text)


def _facts(facts: Iterable[Fact]) -> Markup:
    line = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    return Markup("<dl>\n{}\n</dl>").format(_lines(line.format(fact.label, _value(fact)) for fact in facts))


def _value(fact: Fact) -> Markup:
    value = _link(fact.value, fact.value) if is_page(fact.value) else escape(fact.value)
    evidence = fact.evidence
    if evidence is None or evidence.permalink is None:
        return value
    return Markup("{} ({})").format(value, _link(evidence.source, evidence.permalink))


def _check_item(item: CheckItem) -> Markup:
    box = Markup('<input type="checkbox" disabled{}>').format(Markup(" checked") if item.is_done else "")
    known = Markup("; ").join(Markup("{}: {}").format(fact.label, _value(fact)) for fact in item.details)
    details = Markup('<p class="details">{}</p>').format(known) if known else ""
    return Markup("<li>{}<div>{}{}</div></li>").format(box, _remark(item.remark), details)


def _remark(remark: Remark) -> Markup:
    return _prose(remark.words) + (_said_by(remark.evidence) if remark.evidence else "")


def _said_by(evidence: Evidence) -> Markup:
    found = [_link(evidence.source, evidence.permalink)] if evidence.permalink else []
    if not found and evidence.source != "message":
        found.append(escape(evidence.source))
    found += map(_file, evidence.files)
    where = Markup(" ({})").format(Markup(", ").join(found)) if found else ""
    return Markup('<p class="said-by">— {}{}</p>').format(evidence.author, where)


def _timeline(rows: Iterable[TimelineRow], zone: ZoneInfo) -> Markup:
    return Markup(
        '<div class="wide"><table class="timeline">\n<thead><tr><th scope="col">Time</th>'
        '<th scope="col">What happened</th><th scope="col">Who</th><th scope="col">Evidence</th>'
        "</tr></thead>\n<tbody>\n{}\n</tbody>\n</table></div>"
    ).format(_lines(_row(row, zone) for row in rows))


def _row(row: TimelineRow, zone: ZoneInfo) -> Markup:
    evidence = [_link("message", row.permalink)] if row.permalink else []
    evidence += map(_file, row.files)
    return Markup(
        '<tr><th scope="row" class="when"><time datetime="{}">{}</time></th><td>{}</td>'
        "<td>{}</td><td>{}</td></tr>"
    ).format(
        _iso(row.occurred_at),
        occurrence(row.occurred_at, row.occurred_until, row.is_approximate, zone),
        _prose(row.text),
        row.author,
        Markup("<br>").join(evidence) or "–",
    )


def _chart(chart: Chart) -> Markup:
    """Both pictures, of which the page's theme shows one."""
    return Markup(
        '<figure class="chart"><div class="light">{}</div><div class="dark">{}</div>'
        "<figcaption>{}</figcaption></figure>"
    ).format(svg(chart), svg(chart, dark=True), chart.alt)


def _prose(words: Iterable[Prose]) -> Markup:
    return Markup("").join(
        Markup("<pre><code>{}</code></pre>").format(block.text)
        if isinstance(block, CodeBlock)
        else Markup("<p>{}</p>").format(_inlines(block.inlines))
        for block in words
    )


def _inlines(inlines: Iterable[Inline]) -> Markup:
    return Markup("").join(map(_inline, inlines))


def _inline(inline: Inline) -> Markup:
    match inline:
        case Text(text):
            return escape(text)
        case Code(text):
            return Markup("<code>{}</code>").format(text)
        case Link(label, url):
            return _link(label, url)
        case LineBreak():
            return Markup("<br>")
        case Strong(children):
            return Markup("<strong>{}</strong>").format(_inlines(children))
        case Emphasis(children):
            return Markup("<em>{}</em>").format(_inlines(children))
        case Strike(children):
            return Markup("<s>{}</s>").format(_inlines(children))


def _file(file: FileRef) -> Markup:
    return _link(file.name, file.url) if file.url else escape(file.name)


def _link(label: str, url: str) -> Markup:
    """A link, unless its address could do more than lead somewhere."""
    if not is_safe(url):
        return escape(label if label == url else f"{label} ({url})")
    bare = Markup(' class="bare"') if label == url else ""  # on paper the address stands after other labels
    return Markup('<a href="{}"{} rel="noreferrer noopener">{}</a>').format(url, bare, label)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
