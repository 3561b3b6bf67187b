"""Reading a file of routes; every mistake is told at once, with its file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.settings.routes.model import (
    ATTACH,
    DECLARE,
    FIELDS,
    LABEL,
    LONGEST_TITLE,
    MARK,
    REMEMBER,
    SERVICE,
    MessageRule,
    Route,
    Routes,
    Then,
    Words,
)
from bot.settings.said import FileError
from bot.settings.team import CHANNEL_NAME, INVITED, is_channel_id
from bot.templates.lines import line_of
from bot.templates.parse import nearest

MOST_RULES = 500
"""Routes in a file, and rules of messages."""
MOST_WORDS, LONGEST_WORD = 50, 200
MOST_LABELS, MOST_FIELDS = 20, 10
MOST_TOLD = 20
"""Mistakes of one file; nobody reads more at once."""
EXAMPLE = '[[route]], and on lines below it when.severity = "critical" and then = "declare"'
IN_FILE = ("route", "message")
IN_ROUTE = ("name", "when", "then", "severity", "title", "invite", "template", "to", "otherwise")
IN_WHEN = ("source", "severity", "service", "labels")
IN_MESSAGE = ("name", "when", "then")
IN_WHEN_OF_MESSAGE = ("bot", "channel", "text")
OF_DECLARE = ("severity", "title", "invite", "template")
OF_ATTACH = ("to", "otherwise")

Place = tuple[str | int, ...]


class RoutesError(FileError):
    """A file of routes cannot be used."""

    setting = "ROUTES_FILE"


@dataclass(frozen=True)
class Known:
    """What routes may name: the team's severities, and templates with whether each is for people outside."""

    severities: Sequence[str] = ()
    templates: Mapping[str, bool] = field(default_factory=dict)


def parse(text: str, file: str, known: Known) -> Routes:
    """The routes in a file's text; `file` is its name, for errors.

    Raises:
        RoutesError: it cannot be used.
    """
    text = text.replace("\r\n", "\n")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = found[1] if found else len(text.splitlines())
        raise RoutesError(f"{file}, line {line}: not valid TOML: {error}; for example {EXAMPLE}.") from error
    except RecursionError as error:
        raise RoutesError(f"{file}: nested too deeply; for example {EXAMPLE}.") from error
    if not table:
        raise RoutesError(f"{file}: there is no route in it; for example {EXAMPLE}.")
    reading = _Reading(known)
    routes = reading.whole(table, text)
    if reading.problems:
        shown = reading.problems[:MOST_TOLD]
        lines = sorted((line_of(text, place), _key(place), why) for place, why in shown)
        told = [
            f"{file}, line {line}, `{key}`: {why}{'' if why.endswith('?') else '.'}"
            for line, key, why in lines
        ]
        if more := len(reading.problems) - len(shown):
            told.append(f"{file}: {more} more mistakes.")
        raise RoutesError(*told)
    return routes


def _begun(
    tables: Sequence[tuple[int, Mapping[str, Any]]], name: str, text: str
) -> list[tuple[int, Mapping[str, Any], int]]:
    """Each table with the line it begins on; 0 where they are written in another way than by `[[name]]`."""
    header = re.compile(rf"^[ \t]*\[\[[ \t]*{name}[ \t]*\]\]", re.MULTILINE)
    lines = [text.count("\n", 0, found.start()) + 1 for found in header.finditer(text)]
    known = lines if len(lines) == len(tables) else [0] * len(tables)
    return [(number, one, line) for (number, one), line in zip(tables, known, strict=True)]


def _key(place: Place) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).lstrip(".")


@dataclass
class _Reading:
    known: Known
    problems: list[tuple[Place, str]] = field(default_factory=list)

    def wrong(self, place: Place, why: str) -> None:
        self.problems.append((place, why))

    def whole(self, table: Mapping[str, Any], text: str) -> Routes:
        self.keys((), table, IN_FILE)
        routes = [
            self.route(("route", number), one, line)
            for number, one, line in _begun(self.tables(table, "route"), "route", text)
        ]
        messages = [
            self.message(("message", number), one, line)
            for number, one, line in _begun(self.tables(table, "message"), "message", text)
        ]
        for number, route in enumerate(routes[:-1]):
            if route.takes_everything and not table["route"][number].get("when"):
                why = f"takes every alert, so that none comes to the {len(routes) - 1 - number} after it"
                self.wrong(("route", number), f"{why}; say which by `when`, or put it last")
                break
        return Routes(tuple(routes), tuple(messages))

    def route(self, place: Place, table: Mapping[str, Any], line: int) -> Route:
        self.keys(place, table, IN_ROUTE)
        when = self.table(place, table, "when", IN_WHEN)
        then = self.choice((*place, "then"), table.get("then"), (DECLARE, ATTACH, REMEMBER))
        otherwise: Then = REMEMBER
        if "otherwise" in table:
            otherwise = self.choice((*place, "otherwise"), table["otherwise"], (REMEMBER, DECLARE))
        declares = then == DECLARE or (then == ATTACH and otherwise == DECLARE)
        for key in (*OF_DECLARE, *OF_ATTACH):
            if key in table and not (declares if key in OF_DECLARE else then == ATTACH):
                is_for = "`declare`" if key in OF_DECLARE else "`attach`"
                hint = ' (or by `otherwise = "declare"`)' if key in OF_DECLARE else ""
                self.wrong((*place, key), f"this is for routes that {is_for}{hint}; leave it out here")
        return Route(
            name=self.name(place, table),
            line=line,
            then=then,
            source=self.words((*place, "when", "source"), when, "alertmanager"),
            severity=self.words((*place, "when", "severity"), when, "critical"),
            service=self.words((*place, "when", "service"), when, "checkout*"),
            labels=self.labels((*place, "when", "labels"), when),
            as_severity=self.severity((*place, "severity"), table),
            title=self.title((*place, "title"), table),
            invite=self.invited((*place, "invite"), table),
            template=self.template((*place, "template"), table),
            to=self.target((*place, "to"), table),
            otherwise=otherwise,
        )

    def message(self, place: Place, table: Mapping[str, Any], line: int) -> MessageRule:
        self.keys(place, table, IN_MESSAGE)
        when = self.table(place, table, "when", IN_WHEN_OF_MESSAGE)
        if not {"bot", "text"} & when.keys():
            why = "takes everything that apps say; name the app or its words"
            self.wrong((*place, "when"), f'{why}, for example when.bot = "Deploy Bot"')
        return MessageRule(
            name=self.name(place, table),
            line=line,
            becomes=self.choice((*place, "then"), table.get("then"), ("alert", "deploy")),
            bot=self.words((*place, "when", "bot"), when, "Deploy Bot"),
            channel=tuple(
                one.removeprefix("#") for one in self.words((*place, "when", "channel"), when, "#inc-*")
            ),
            text=self.words((*place, "when", "text"), when, "deployed * to production"),
        )

    def keys(self, place: Place, table: Mapping[str, Any], known: Collection[str]) -> None:
        for key in table:
            if key not in known:
                self.wrong((*place, key), f"there is no such key{nearest(key, known)}")

    def tables(self, table: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
        found = table.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.wrong((name,), f"tables are needed here, each begun by [[{name}]]; for example {EXAMPLE}")
            return []
        if len(found) > MOST_RULES:
            self.wrong((name,), f"there are at most {MOST_RULES}; put what is alike into one, by a star")
        return list(enumerate(found[:MOST_RULES]))

    def table(
        self, place: Place, table: Mapping[str, Any], name: str, known: Collection[str]
    ) -> Mapping[str, Any]:
        found = table.get(name, {})
        if not isinstance(found, dict):
            example = f'{name}.{next(iter(known))} = "…"'
            self.wrong((*place, name), f"a table is needed here; for example {example}")
            return {}
        self.keys((*place, name), found, known)
        return found

    def name(self, place: Place, table: Mapping[str, Any]) -> str:
        """What it is called, else which of its kind it is: `route 2`."""
        otherwise = f"{place[0]} {int(place[1]) + 1}"
        if "name" not in table:
            return otherwise
        return self.text((*place, "name"), table["name"], "Checkout pages") or otherwise

    def choice(self, place: Place, said: object, known: Sequence[str]) -> Any:
        """One of these words; the first of them where none is said, which is told."""
        if isinstance(said, str) and said in known:
            return said
        listed = f"{', '.join(known[:-1])} or {known[-1]}"
        what = "missing" if said is None else f"not {said!r:.50}"
        self.wrong(place, f'{place[-1]} is {listed}, and is {what}; for example {place[-1]} = "{known[0]}"')
        return known[0]

    def text(self, place: Place, said: object, example: str) -> str:
        if isinstance(said, str) and said.strip() and len(said) <= LONGEST_WORD and "\n" not in said.strip():
            return said.strip()
        what = f"a text of one line is needed here, of at most {LONGEST_WORD} characters"
        self.wrong(place, f'{what}; for example "{example}"')
        return ""

    def words(self, place: Place, table: Mapping[str, Any], example: str) -> Words:
        """A text, or a list of them of which one must fit."""
        if place[-1] not in table:
            return ()
        said = table[str(place[-1])]
        if not isinstance(said, list):
            return tuple(one for one in [self.text(place, said, example)] if one)
        if not 1 <= len(said) <= MOST_WORDS:
            self.wrong(place, f'1 to {MOST_WORDS} texts are needed here; for example ["{example}"]')
        found = [self.text((*place, number), one, example) for number, one in enumerate(said[:MOST_WORDS])]
        return tuple(one for one in found if one)

    def labels(self, place: Place, when: Mapping[str, Any]) -> Mapping[str, Words]:
        said = when.get("labels", {})
        if not isinstance(said, dict) or len(said) > MOST_LABELS:
            what = f"at most {MOST_LABELS} labels with their values are needed here"
            self.wrong(place, f'{what}; for example when.labels.env = "prod"')
            return {}
        return {name: self.words((*place, name), said, "prod") for name in said}

    def severity(self, place: Place, table: Mapping[str, Any]) -> str | None:
        if "severity" not in table:
            return None
        said = self.text(place, table["severity"], next(iter(self.known.severities), "sev1"))
        found = next((one for one in self.known.severities if one.casefold() == said.casefold()), None)
        if said and found is None:
            self.wrong(place, f"SEVERITIES has no {said!r}{nearest(said, self.known.severities)}")
        return found

    def title(self, place: Place, table: Mapping[str, Any]) -> str | None:
        if "title" not in table:
            return None
        said = self.text(place, table["title"], "{service}: {title}")
        named = [mark.strip() for mark in MARK.findall(said)]
        known = [*FIELDS, f"{LABEL}NAME"]
        for mark in named:
            if mark not in FIELDS and not (mark.startswith(LABEL) and mark != LABEL):
                self.wrong(place, f"{{{mark}}} is nothing of an alert{nearest(mark, known)}")
        if set("{}") & set(MARK.sub("", said)):
            self.wrong(place, 'a brace stands alone; for example "{service}: {title}"')
        if len(named) > MOST_FIELDS:
            self.wrong(place, f"at most {MOST_FIELDS} fields make a title of {LONGEST_TITLE} characters")
        return said or None

    def invited(self, place: Place, table: Mapping[str, Any]) -> Words:
        found = self.words(place, table, "@oncall")
        for one in found:
            if not INVITED.fullmatch(one):
                what = f"{one!r:.60} is no person, group or channel"
                self.wrong(place, f'{what}; for example ["@oncall", "#ops-leads", "U0123456789"]')
        return found

    def template(self, place: Place, table: Mapping[str, Any]) -> str | None:
        if "template" not in table:
            return None
        said = self.text(place, table["template"], "sre")
        if said and said not in self.known.templates:
            self.wrong(place, f"there is no template {said!r}{nearest(said, self.known.templates)}")
        elif said and self.known.templates[said]:
            own = [name for name, is_public in self.known.templates.items() if not is_public]
            self.wrong(place, f"{said!r} is for people outside; the team's are {', '.join(own)}")
        return said or None

    def target(self, place: Place, table: Mapping[str, Any]) -> str:
        if "to" not in table:
            return SERVICE
        said = self.text(place, table["to"], "#inc-checkout").removeprefix("#")
        if said and not (is_channel_id(said) or CHANNEL_NAME.fullmatch(said)):
            self.wrong(place, 'a channel, or "service", is needed here; for example "#checkout-alerts"')
        return said
