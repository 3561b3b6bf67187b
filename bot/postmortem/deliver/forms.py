"""The forms a draft takes in a canvas: ever plainer, while Slack refuses what is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.postmortem.document import Document
from bot.postmortem.render import canvas
from bot.postmortem.render.canvas import RenderedSection


class Form(StrEnum):
    """The best one first."""

    TABLES = "tables"
    LISTS = "lists"
    PARAGRAPHS = "paragraphs"


def sections_in(form: Form, document: Document, chart_url: str | None) -> list[RenderedSection]:
    """The draft in this form; the picture stands in the best one alone."""
    if form is Form.TABLES:
        return canvas.render_sections(document, chart_url=chart_url)
    return canvas.render_sections(document, tables=False, is_plain=form is Form.PARAGRAPHS)


def as_written(section: RenderedSection, form: Form) -> dict[str, str]:
    """A section as `Draft.written` keeps it."""
    return {
        "key": section.key,
        "heading": section.heading,
        "markdown": section.markdown,
        "form": form.value,
    }


def form_of(written: Sequence[Mapping[str, str]] | None) -> Form:
    """The form that Slack took when a draft was written."""
    return next((Form(one["form"]) for one in written or () if "form" in one), Form.TABLES)
