"""Reading one table of a scenario file: what is missing or of the wrong kind is one clear sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.scenario_steps import ScenarioError


@dataclass(frozen=True, slots=True)
class Entry:
    """A table of a scenario file; `place` says where it stands, as in "night.toml, step 3"."""

    place: str
    table: Mapping[str, object]

    @classmethod
    def of(cls, value: object, place: str) -> "Entry":
        """The value as a table.

        Raises:
            ScenarioError: it is something else.
        """
        if not isinstance(value, Mapping):
            raise ScenarioError(f"{place}: a table is expected here, not {value!r}.")
        return cls(place, {str(key): inner for key, inner in value.items()})

    def wrong(self, what: str) -> ScenarioError:
        """An error about this table."""
        return ScenarioError(f"{self.place}: {what}")

    def known(self, *names: str) -> None:
        """Refuse unknown keys, which are usually typing errors."""
        for name in self.table:
            if name not in names:
                raise self.wrong(f"`{name}` means nothing here; known are {', '.join(sorted(names))}.")

    def text(self, name: str, default: str | None = None) -> str:
        """A text; with a default it may be missing."""
        value = self.table.get(name)
        if value is None and default is not None:
            return default
        if value is None:
            raise self.wrong(f"`{name}` is missing.")
        if not isinstance(value, str):
            raise self.wrong(f"`{name}` must be text, not {value!r}.")
        return value

    def words(self, name: str) -> str:
        """A text that must not be empty."""
        value = self.text(name)
        if not value.strip():
            raise self.wrong(f"`{name}` is empty.")
        return value

    def maybe(self, name: str) -> str | None:
        """A text that may be missing."""
        return self.text(name) if name in self.table else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, or one text alone; empty when missing."""
        value = self.table.get(name, ())
        if isinstance(value, str):
            return (value,)
        if isinstance(value, Sequence) and all(isinstance(item, str) for item in value):
            return tuple(str(item) for item in value)
        raise self.wrong(f"`{name}` must be a text or a list of texts, not {value!r}.")

    def flag(self, name: str) -> bool:
        """A yes or no; no when missing."""
        value = self.table.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(f"`{name}` must be true or false, not {value!r}.")
        return value

    def zone(self, name: str, default: str) -> str:
        """The name of an IANA time zone."""
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self.wrong(f"`{name}`: there is no time zone {value!r}.") from error
        return value

    def inner(self, name: str) -> "Entry":
        """A table inside this one."""
        if name not in self.table:
            raise self.wrong(f"`{name}` is missing.")
        return Entry.of(self.table[name], self.place)

    def tables(self, name: str) -> tuple[dict[str, object], ...]:
        """A list of tables; empty when missing."""
        value = self.table.get(name, ())
        if not isinstance(value, Sequence) or not all(isinstance(item, Mapping) for item in value):
            raise self.wrong(f"`{name}` must be a list of tables.")
        return tuple(dict(item) for item in value)
