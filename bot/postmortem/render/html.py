"""The draft as one self-contained HTML page, for a browser, a printer or an archive.

Everything is inline and nothing is fetched (a Content-Security-Policy says so too). Light and dark follow
the reader's setting; print is light. Whatever is not `Markup` is escaped where it is put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import resources
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from bot.postmortem.chart.draw import svg
from bot.postmortem.document import (
    DETAILS,
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
    Remark,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.postmortem.render import timeline, written_html
from bot.postmortem.render.addresses import is_page
from bot.postmortem.render.written_html import is_safe, visible
from bot.text.prose import (
    Code,
    CodeBlock,
    Emoji,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Listing,
    ListItem,
    Paragraph,
    Prose,
    Quotation,
    Strike,
    Strong,
    Text,
)

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
{opening}
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
        opening=_lines(_block(block, document.zone) for block in document.opening),
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
        case TimelineTable():
            return _timeline(block, zone)
        case Checklist(items):
            return _items(items)
        case Chart():
            return _chart(block)
        case Written(markdown):
            return Markup('<div class="written">{}</div>').format(written_html.render(markdown))


def _facts(facts: Iterable[Fact]) -> Markup:
    line = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    return Markup("<dl>\n{}\n</dl>").format(_lines(line.format(fact.label, _value(fact)) for fact in facts))


def _value(fact: Fact) -> Markup:
    value = _link(fact.value, fact.value) if is_page(fact.value) else escape(fact.value)
    evidence = fact.evidence
    if evidence is None or evidence.permalink is None:
        return value
    return Markup("{} ({})").format(value, _link("message", evidence.permalink))


def _items(items: Sequence[CheckItem]) -> Markup:
    """Action items as a table, with a column for each detail that is known of any of them."""
    known = {fact.label for item in items for fact in item.details}
    columns = [label for label in DETAILS if label in known]
    return _table("items", ["What", *columns], _lines(_item(item, columns) for item in items))


def _item(item: CheckItem, columns: Iterable[str]) -> Markup:
    known = {fact.label: _value(fact) for fact in item.details}
    # on a phone a cell stands on a line of its own, so it says what it holds
    cell = Markup('<td data-label="{}">{}</td>')
    cells = [cell.format(label, known[label]) if label in known else Markup("<td></td>") for label in columns]
    state = Markup(' class="done"') if item.is_done else ""
    return Markup("<tr{}><td>{}</td>{}</tr>").format(state, _remark(item.remark), Markup("").join(cells))


def _table(name: str, columns: Iterable[str], rows: Markup) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(column) for column in columns)
    table = Markup('<table class="{}">\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>')
    return Markup('<div class="wide">{}</div>').format(table.format(name, head, rows))


def _remark(remark: Remark) -> Markup:
    said = _prose(remark.words) + (_said_by(remark.evidence) if remark.evidence else "")
    if not remark.label:
        return said
    return Markup('<div class="labelled"><strong>{}:</strong> {}</div>').format(remark.label, said)


def _said_by(evidence: Evidence) -> Markup:
    author = evidence.author or ("message" if evidence.permalink else "")
    by = _link(author, evidence.permalink) if evidence.permalink else escape(author)
    files = Markup("({})").format(Markup(", ").join(map(_file, evidence.files))) if evidence.files else ""
    text = Markup(" ").join(part for part in (by, files) if part)
    return Markup('<p class="said-by">— {}</p>').format(text) if text else Markup("")


def _timeline(block: TimelineTable, zone: ZoneInfo) -> Markup:
    columns = timeline.columns(block, zone)
    rows: list[Markup] = []
    for day, row in timeline.by_day(block.rows, zone):
        if day:
            head = Markup('<tr class="day"><th scope="rowgroup" colspan="{}">{}</th></tr>')
            rows.append(head.format(len(columns), day))
        rows.append(_row(row, block, zone))
    legend = timeline.legend(block)
    signs = Markup('<p class="legend">{}</p>\n').format(legend) if legend else Markup("")
    return signs + _table("timeline", columns, _lines(rows))


def _row(row: TimelineRow, block: TimelineTable, zone: ZoneInfo) -> Markup:
    at = Markup('<time datetime="{}">{}</time>')
    clocks = [at.format(_iso(row.occurred_at), clock) for clock in timeline.times(row, block, zone)]
    linked = [_link(clock, row.permalink) if row.permalink else clock for clock in clocks]
    times = Markup("").join(Markup('<th scope="row" class="when">{}</th>').format(one) for one in linked)
    sign = Markup('<span class="sign">{}</span> ').format(timeline.sign(row)) if timeline.sign(row) else ""
    label = Markup("<strong>{}</strong> ").format(row.label) if row.label else ""
    files = Markup('<p class="files">{}</p>').format(Markup(", ").join(map(_file, row.files)))
    what = Markup("{}{}{}{}").format(sign, label, _prose(row.text), files if row.files else "")
    who = Markup("<td>{}</td>").format(row.author) if block.has_people else ""
    kind = "silence" if row.is_silence else row.kind
    return Markup('<tr class="{}">{}<td>{}</td>{}</tr>').format(kind, times, what, who)


def _chart(chart: Chart) -> Markup:
    """Both forms of the picture, of which the page shows one by its width."""
    return Markup(
        '<figure class="chart"><div class="wide-form">{}</div><div class="tall">{}</div>'
        "<figcaption>{}</figcaption></figure>"
    ).format(svg(chart), svg(chart, is_tall=True), chart.alt)


def _prose(words: Iterable[Prose]) -> Markup:
    return Markup("").join(map(_words, words))


def _words(block: Prose) -> Markup:
    match block:
        case CodeBlock(code):
            return Markup("<pre><code>{}</code></pre>").format(code)
        case Paragraph(inlines):
            return Markup("<p>{}</p>").format(_inlines(inlines))
        case Quotation(inlines):
            return Markup("<blockquote><p>{}</p></blockquote>").format(_inlines(inlines))
        case Listing(items):
            return _lists(items)


def _lists(items: Sequence[ListItem]) -> Markup:
    """A list, or several that follow each other: numbers begin another one than bullets."""
    found = Markup("")
    for is_numbered, held in groupby(_with_deeper(items), lambda item: item[0].number is not None):
        rows = list(held)
        line = Markup("<li>{}{}</li>")
        lines = Markup("").join(line.format(_inlines(one.inlines), _lists(below)) for one, below in rows)
        if is_numbered:
            found += Markup('<ol start="{}">{}</ol>').format(rows[0][0].number, lines)
        else:
            found += Markup("<ul>{}</ul>").format(lines)
    return found


def _with_deeper(items: Sequence[ListItem]) -> Iterator[tuple[ListItem, Sequence[ListItem]]]:
    """Each item with those below it that stand deeper."""
    start = 0
    while start < len(items):
        end = start + 1
        while end < len(items) and items[end].indent > items[start].indent:
            end += 1
        yield items[start], items[start + 1 : end]
        start = end


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
        case Emoji(_, character):
            return escape(character)
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


def _link(label: str | Markup, url: str) -> Markup:
    """A link, unless its address could do more than lead somewhere."""
    if not is_safe(url):
        return escape(label if label == url else f"{label} ({url})")
    bare = Markup(' class="bare"') if label == url else ""  # on paper the address stands after other labels
    return Markup('<a href="{}"{} rel="noreferrer noopener">{}</a>').format(url, bare, label)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
