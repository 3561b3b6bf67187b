"""The post-mortem as a tree: what a draft says, free of any Slack or Markdown syntax.

A document is composed once and rendered for a canvas, a thread or a file. Every string in the tree is
text as a person would read it; making it safe for a format is the renderer's work and nobody else's.

What a draft is merged by has an `id`: a row, a bullet, a fact, a paragraph is known by its evidence (the
number of an event, a permalink, a milestone), never by its words, so that it is the same one in the next
draft and by another template.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from bot.text.prose import CodeBlock, Paragraph, Prose
from storage.vocabulary import EventKind


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that was shared with a message; `url` is where Slack shows it, when that is known."""

    name: str
    url: str | None = None
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who said it ("" when nobody knows) and where that can be checked."""

    author: str
    permalink: str | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person said, with its evidence; `label` is what it is about, where that must be said.

    `of` is the `ts` of the message whose words these are, and with which they go; empty where they are not.
    """

    words: tuple[Prose, ...]
    evidence: Evidence | None = None
    id: str = ""
    label: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """Remarks one below the other."""

    items: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of facts, such as `Duration: 1 h 30 min, from …`, with the evidence it rests on."""

    label: str
    value: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class FactList:
    """Facts one below the other: the header of a draft, or a list of them in a section.

    Each fact is known by its label within the list's `id`.
    """

    facts: tuple[Fact, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of the timeline; instants are aware, and shown in the document's zone.

    `label` is Scribe's own: the milestone that the line is, before whatever was said. `author` is "" where
    nobody did it or nobody knows who. `permalink` leads to the evidence. `of` as of a remark.
    """

    occurred_at: datetime
    occurred_until: datetime | None
    is_approximate: bool
    text: tuple[Prose, ...]
    author: str
    permalink: str | None
    files: tuple[FileRef, ...] = ()
    kind: EventKind = EventKind.MESSAGE
    id: str = ""
    label: str = ""
    is_silence: bool = False
    """Scribe's own line about a time in which nobody wrote."""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """What follows a milestone, up to the next. The rows before the first phase have none."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class TimelineTable:
    """The timeline, in the order in which things happened; a long one is split by day or phase.

    Each time is shown in the `second_zone` too, if there is one. `has_people` is False in a document that
    names nobody.
    """

    rows: tuple[TimelineRow, ...]
    phases: tuple[Phase, ...] = ()
    second_zone: ZoneInfo | None = None
    has_people: bool = True


@dataclass(frozen=True, slots=True)
class CheckItem:
    """An action item: what is to be done, whether it is, and what is known of it.

    Each of the `details` is known by one of the `DETAILS`.
    """

    is_done: bool
    remark: Remark
    details: tuple[Fact, ...] = ()

    @property
    def id(self) -> str:
        return self.remark.id


TEMPLATE_NOTE = "template"
"""The id of the paragraph that says which template a draft follows in place of one that cannot be used."""
DETAILS = ("Type", "Priority", "Owner", "Due", "Done when", "State", "Ticket")
"""What may be known of an action item, in the order of a table's columns."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """Action items: a table, or a list where there are no tables."""

    items: tuple[CheckItem, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A phase in the picture: `since` before `until`, both aware."""

    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Dot:
    """A timeline event in the picture."""

    at: datetime
    kind: EventKind


@dataclass(frozen=True, slots=True)
class Step:
    """From then on the incident had this severity."""

    at: datetime
    severity: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A milestone in the picture, such as *Detected*."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the timeline's picture shows; `alt` says the same in words.

    The incident itself lasted from `since` to `until`; events may lie outside. `notes` name what contradicts
    itself. `severities` are all there are, the gravest first; `steps` is empty when none was ever set.
    """

    title: str
    alt: str
    since: datetime
    until: datetime
    notes: tuple[str, ...]
    moments: tuple[Moment, ...]
    bands: tuple[Band, ...]
    dots: tuple[Dot, ...]
    steps: tuple[Step, ...]
    severities: tuple[str, ...]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Written:
    """What people wrote into this section of a canvas, in Markdown as Slack gave it back."""

    markdown: str


Block = Paragraph | CodeBlock | Remark | Bullets | FactList | TimelineTable | Checklist | Chart | Written


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. `key` stays the same in every draft by the same template."""

    heading: str
    blocks: tuple[Block, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole draft. Its times are shown in `zone`.

    `opening` is what a reader with a minute reads: one line that says how grave it was, when and for how
    long, and then the incident in short.
    """

    title: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    zone: ZoneInfo

    @property
    def chart(self) -> Chart | None:
        """Its picture of the timeline, if it has one."""
        blocks = (block for section in self.sections for block in section.blocks)
        return next((block for block in blocks if isinstance(block, Chart)), None)


def as_published(document: Document) -> Document:
    """The document without what is for its drafting, and without the sections that hold nothing."""
    sections = (
        replace(one, blocks=tuple(block for block in one.blocks if not _is_left_out(block)))
        for one in document.sections
    )
    return replace(document, sections=tuple(one for one in sections if one.blocks))


def _is_left_out(block: Block) -> bool:
    if isinstance(block, Written):
        return not block.markdown.strip()
    return isinstance(block, Paragraph) and block.id == TEMPLATE_NOTE


def opaque(evidence: str) -> str:
    """An id for what is known by an address or a name, which are words of people's and not to be kept."""
    return blake2b(evidence.encode("utf-8", "replace"), digest_size=12).hexdigest()
