"""What the workspace remembers: people, channels, messages, canvases, files, pins, calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.json_types import JsonObject


@dataclass
class Person:
    """A member of the workspace; bots are members too. `tz` is an IANA zone."""

    id: str
    name: str
    real_name: str
    tz: str
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    is_email_confirmed: bool = True
    bot_id: str | None = None
    updated_at: int = 0
    team_id: str | None = None
    """The other company's workspace they belong to; None for members of this one."""


@dataclass
class Pin:
    """A message pinned to its channel. Times are seconds since 1970."""

    ts: str
    user_id: str
    created: int


@dataclass
class Bookmark:
    """A link in a channel's header. Times are seconds since 1970."""

    id: str
    title: str
    link: str
    emoji: str
    user_id: str
    created: int
    updated: int = 0
    app_id: str | None = None


@dataclass
class Message:
    """A message as it stands now. `ts` is text and an identifier, unique in its channel."""

    ts: str
    channel_id: str
    text: str
    user_id: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    icons: JsonObject | None = None
    subtype: str | None = None
    blocks: list[JsonObject] | None = None
    earlier_blocks: list[JsonObject] = field(default_factory=list)
    """Those of its versions before, newest first: somebody may press what is still on their screen."""
    attachments: list[JsonObject] | None = None
    files: list["FileRecord"] = field(default_factory=list)
    thread_ts: str | None = None
    client_msg_id: str | None = None
    edited: JsonObject | None = None
    metadata: JsonObject | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    pings: frozenset[str] = frozenset()
    """Whom the message notifies: ids of people and groups, `channel`, `here`, `everyone`."""
    is_hidden: bool = False
    inviter: str | None = None
    topic: str | None = None
    purpose: str | None = None
    name: str | None = None
    old_name: str | None = None
    as_sent: tuple[object, ...] = ()
    """What the app is shown instead of the message, if a test says so: any JSON."""

    @property
    def is_reply(self) -> bool:
        """Whether the message is in a thread and not its root."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_in_history(self) -> bool:
        """Whether the channel itself shows it: roots, and replies that were also sent to the channel."""
        return not self.is_reply or self.subtype == "thread_broadcast"


@dataclass
class Channel:
    """A conversation. Direct messages have no name and name the person in `with_user_id`."""

    id: str
    name: str
    is_private: bool
    creator: str
    created_at: datetime
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    deleted: dict[str, Message] = field(default_factory=dict)
    topic: str = ""
    topic_by: str = ""
    topic_at: int = 0
    purpose: str = ""
    purpose_by: str = ""
    purpose_at: int = 0
    is_archived: bool = False
    is_general: bool = False
    previous_names: list[str] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    canvas_ids: list[str] = field(default_factory=list)
    channel_canvas_id: str | None = None
    with_user_id: str | None = None
    host_team_id: str | None = None
    """The company that made the channel, where that is another one (Slack Connect)."""
    connected_team_ids: list[str] = field(default_factory=list)
    """The other companies that share it."""
    is_pending_ext_shared: bool = False
    """Another company was invited to it, and has not accepted yet."""
    unlisted: set[str] = field(default_factory=set)
    """Messages (by ts) that history leaves out, as Slack does when it cuts a page short."""

    @property
    def kind(self) -> str:
        """Slack's `channel_type`: channel, group (private) or im."""
        if self.with_user_id is not None:
            return "im"
        return "group" if self.is_private else "channel"


@dataclass
class FileRecord:
    """An uploaded file; its content stays in memory.

    `length` is how many bytes were announced, if the app uploads it; `alt` says what a picture shows.
    """

    id: str
    name: str
    title: str
    mimetype: str
    user_id: str
    created: int
    content: bytes = b""
    is_complete: bool = True
    channel_ids: list[str] = field(default_factory=list)
    shares: list[tuple[str, str, str | None]] = field(default_factory=list)
    """The messages it is attached to: channel, the message's ts and its thread's."""
    length: int | None = None
    alt: str = ""


@dataclass
class Section:
    """One block of a canvas; the id changes with every edit of the canvas (observed)."""

    id: str
    kind: str
    markdown: str


@dataclass
class Group:
    """A user group, mentioned as `<!subteam^S…>`."""

    id: str
    handle: str
    name: str
    created_by: str
    created_at: datetime
    members: list[str] = field(default_factory=list)


@dataclass
class Canvas:
    """A canvas: Markdown in sections, and who may read, write or own it."""

    id: str
    title: str
    owner: str
    created_at: datetime
    edited_at: datetime
    edited_by: str
    sections: list[Section] = field(default_factory=list)
    channel_id: str | None = None
    access: dict[str, str] = field(default_factory=dict)
    """Access level by id of person or channel."""

    @property
    def markdown(self) -> str:
        """The whole text."""
        return "\n\n".join(section.markdown for section in self.sections)


@dataclass
class View:
    """A modal or a Home tab that a person has open."""

    id: str
    user_id: str
    payload: JsonObject
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: JsonObject = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The words in the modal's title bar; a Home tab has none."""
        title = self.payload.get("title")
        return str(title["text"]) if isinstance(title, dict) else ""

    @property
    def callback_id(self) -> str:
        """What the app knows this view by."""
        return str(self.payload.get("callback_id", ""))

    @property
    def blocks(self) -> list[JsonObject]:
        """The view's blocks, each with its `block_id`."""
        return list(self.payload.get("blocks", []))


@dataclass
class Ephemeral:
    """A message that one person sees; the API does not give it back."""

    ts: str
    channel_id: str
    user_id: str
    text: str
    blocks: list[JsonObject] | None = None
    attachments: list[JsonObject] | None = None
    thread_ts: str | None = None
    response_type: str = "ephemeral"


@dataclass(frozen=True)
class Call:
    """One Web API call as the workspace received and answered it; the token is left out."""

    method: str
    args: Mapping[str, object]
    answer: JsonObject
    at: datetime
    status: int = 200


@dataclass
class CommandAnswer:
    """What became of a slash command.

    `messages` goes on growing while the app uses the response url. `seconds` is real time until the
    acknowledgement. `error` is the sentence Slack shows when there was none in time.
    """

    acknowledged: bool
    seconds: float
    trigger_id: str
    messages: list[Ephemeral] = field(default_factory=list)
    error: str | None = None

    @property
    def text(self) -> str:
        """Every reply's text, one per line."""
        return "\n".join(message.text for message in self.messages)


@dataclass
class SubmitAnswer:
    """What the person sees after pressing a modal's button; `errors` are by block id."""

    errors: dict[str, str]
    closed: bool
    error: str | None = None


@dataclass
class Trigger:
    """What lets the app open one modal for one person, within three real seconds."""

    user_id: str
    deadline: float
    view_id: str | None = None
    is_used: bool = False


RESPONSE_URL_USES = 5


@dataclass
class ResponseUrl:
    """Where the app may answer one interaction: five times in thirty minutes (real time)."""

    channel_id: str
    user_id: str
    answer: CommandAnswer | None
    deadline: float
    uses_left: int = RESPONSE_URL_USES
    message_ts: str | None = None
    """The message that was clicked, which `replace_original` and `delete_original` mean."""
