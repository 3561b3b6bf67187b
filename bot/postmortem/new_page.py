"""What is sent to a page's host: the final text as it reads outside Slack, its picture, and its JSON."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

from bot.incidents.pages.contract import PICTURE, NewPage, SeenPage
from bot.postmortem import published_files
from bot.postmortem.compiling import compile_draft
from bot.postmortem.copies import MENTION
from bot.postmortem.document import Chart
from bot.postmortem.link_pages import without_links
from bot.postmortem.render import markdown_blocks
from bot.postmortem.render.markdown import escape
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import KnownNames, plain
from storage import action_items, drafts, postmortems
from storage.page_tables import Page
from storage.postmortem_tables import Draft
from storage.tables import Incident
from storage.vocabulary import ActionItemState

CLOCKS_DIFFER = timedelta(minutes=10)
"""By how much a host's clock may be behind."""
CHANNEL = re.compile(r"!\[\]\(#([CG][A-Z0-9]+)\)")
"""A channel mentioned in a canvas (docs.slack.dev/surfaces/canvases, Markdown)."""
HIDDEN_CHANNEL = "a channel"
_IMAGE = re.compile(r"^!\[[^\]\n]*\]\((?P<address>[^)\n]*)\)[ \t]*$", re.MULTILINE)
_TITLE = re.compile(r"\A\s*# [^\n]*\n+")


async def new_page(services: Services, incident: Incident, page: Page, markdown: str) -> NewPage:
    """All that its host is told; `markdown` is the final text as it is kept."""
    async with services.database.read() as session:
        draft = await drafts.newest_delivered(session, incident.pk)
        postmortem = await postmortems.of_incident(session, incident.pk)
        reviewers = await postmortems.reviewers(session, incident.pk)
        published = await postmortems.publications(session, incident.pk)
        items = await action_items.standing(session, incident, state=ActionItemState.OPEN)
    assert postmortem
    channels = [f"<#{one}>" for one in CHANNEL.findall(markdown)]
    names = await names_in(
        services.directory, [incident.title, *channels], set(MENTION.findall(markdown)), home=None
    )
    document = await compile_draft(services, incident, template=draft.template if draft else None)
    title = f"INC-{incident.number}: {' '.join(plain(incident.title, names).split())}"
    text = _outside(_TITLE.sub("", without_links(markdown)), names)
    picture = drawing = None
    if document.chart:
        picture, drawing = await asyncio.to_thread(_drawn, document.chart)
        text = _with_picture(text, document.chart, draft)
    earlier = [one for one in published if one.version < page.publication]
    return NewPage(
        marker=page.marker,
        number=incident.number,
        publication=page.publication,
        since=min(page.asked_at, page.tried_at or page.asked_at) - CLOCKS_DIFFER,
        title=title,
        markdown=text,
        data=published_files.as_json(incident, postmortem, reviewers, items, text, earlier),
        picture=picture,
        drawing=drawing,
        earlier=SeenPage(page.remote_id, page.version or "", page.url) if page.remote_id else None,
    )


def _outside(markdown: str, names: KnownNames) -> str:
    """With names, which ping nobody, for what Slack alone shows as such."""

    def named(find: Callable[[str], str | None], otherwise: str, lead: str = "") -> Callable[..., str]:
        def replaced(found: re.Match[str]) -> str:
            name = find(found[1])
            return lead + escape(name).replace("|", "\\|") if name else otherwise

        return replaced

    text = MENTION.sub(named(names.person, "somebody"), markdown)
    return CHANNEL.sub(named(names.channel, HIDDEN_CHANNEL, "#"), text).strip() + "\n"


def _drawn(chart: Chart) -> tuple[bytes, str]:
    from bot.postmortem.chart import draw

    return draw.png(chart), str(draw.svg(chart))


def _with_picture(markdown: str, chart: Chart, draft: Draft | None) -> str:
    """With the picture where the draft shows it or says what it shows, else at the top; once."""
    shown = markdown_blocks.image(chart.alt, PICTURE)
    known = [one for one in (draft.chart_url, draft.chart_file_id) if one] if draft else []
    for found in _IMAGE.finditer(markdown):
        if any(one in found["address"] for one in known):
            return markdown[: found.start()] + shown + markdown[found.end() :]
    in_words = markdown_blocks.picture(chart, None)
    if in_words in markdown:
        return markdown.replace(in_words, shown, 1)
    return f"{shown}\n\n{markdown}"
