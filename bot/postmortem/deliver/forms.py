"""The forms a draft takes in a canvas: ever plainer, while Slack refuses what is in it."""

from __future__ import annotations

from enum import StrEnum

from bot.postmortem.document import Document
from bot.postmortem.merge.items import Rendered
from bot.postmortem.render import canvas


class Form(StrEnum):
    """The best one first."""

    TABLES = "tables"
    LISTS = "lists"
    PARAGRAPHS = "paragraphs"

    @property
    def plainer(self) -> Form | None:
        """The next one, while there is any."""
        forms = list(Form)
        return next(iter(forms[forms.index(self) + 1 :]), None)


def rendered_in(form: Form, document: Document, chart_url: str | None) -> list[Rendered]:
    """The draft in this form; the picture stands in the best one alone."""
    if form is Form.TABLES:
        return canvas.render_sections(document, chart_url=chart_url)
    return canvas.render_sections(document, tables=False, is_plain=form is Form.PARAGRAPHS)
