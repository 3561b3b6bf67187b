"""The template of drafts, and the routes of alerts, which may name others: files that are checked."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import model_validator

from bot.settings.routes import Known, Routes
from bot.settings.routes import load as load_routes
from bot.settings.team import TeamSettings
from bot.templates import Template, TemplateError, load, names


class TemplateSettings(TeamSettings):
    """How drafts are laid out."""

    template: str = "classic"
    templates_dir: str = ""

    @model_validator(mode="after")
    def _have_a_template(self) -> Self:
        folder = self.templates_folder
        if folder and not folder.is_dir():
            raise ValueError(f"TEMPLATES_DIR names no folder: {folder}")
        try:
            load(self.template, folder)
        except TemplateError as problem:
            raise ValueError(f"TEMPLATE cannot be used: {str(problem).rstrip('.')}") from problem
        return self

    @property
    def templates_folder(self) -> Path | None:
        """Where the team's own templates are."""
        return Path(self.templates_dir) if self.templates_dir else None

    @cached_property
    def chosen_template(self) -> Template:
        """The template of drafts that name none.

        Raises:
            TemplateError: there is none of that name, or it cannot be used; settings are not made with one.
        """
        return load(self.template, self.templates_folder)


class RoutingSettings(TemplateSettings):
    """What comes of alerts, and of what apps say."""

    routes_file: str = ""

    @model_validator(mode="after")
    def _have_routes(self) -> Self:
        _ = self.routes  # which raises RoutesError, a ValueError
        return self

    @cached_property
    def routes(self) -> Routes:
        """What ROUTES_FILE says; nothing where it is not set.

        Raises:
            RoutesError: it cannot be used; settings are not made with one.
        """
        if not self.routes_file:
            return Routes()
        return load_routes(Path(self.routes_file), Known(self.severity_names, self._audiences()))

    def _audiences(self) -> dict[str, bool]:
        """The templates that can be used, and which of them are for people outside."""
        found: dict[str, bool] = {}
        for name in names(self.templates_folder):
            try:
                found[name] = load(name, self.templates_folder).is_public
            except TemplateError:
                continue  # `scribe templates check` says why
        return found
