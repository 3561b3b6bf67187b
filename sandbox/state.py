"""The state of a workspace; what people and the app do to it is in the modules that import this one."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from sandbox import permalinks
from sandbox.app_installs import AppInstalls, Organization
from sandbox.changes import ChangeFeed
from sandbox.clock import SandboxClock, ts_of, ts_order
from sandbox.deliveries import Deliveries
from sandbox.errors import SandboxError
from sandbox.faults import Fault, Faults
from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.limits import RateLimits
from sandbox.manifest import Manifest
from sandbox.records import (
    Call,
    Canvas,
    Channel,
    Ephemeral,
    FileRecord,
    Group,
    Message,
    Person,
    ResponseUrl,
    Trigger,
    View,
)
from sandbox.socket_mode import SocketMode

TRIGGER_SECONDS = 3.0
"""docs.slack.dev/interactivity/handling-user-interaction: a `trigger_id` expires in three seconds."""


class State:
    """The state of a workspace: people, channels, messages, canvases, files and open views.

    Knobs for tests: `trigger_seconds` (how long a trigger lives, real seconds), `reaction_users_shown`
    (how many users of a reaction history lists), `edits_in_seconds` (`edited.ts` in whole seconds),
    `shows_tabs` (whether a channel is described with its tabs, which Slack leaves out for some),
    `pages_forward` (whether history begins with its oldest page where only `oldest` is named),
    `before_calls` (told of each Web API call before it does its work: its method and arguments),
    `limits.scale` (how many times faster than Slack's limits the app may call); `limited` counts, by method,
    what came too early all the same.
    """

    def __init__(
        self, manifest: Manifest, clock: SandboxClock, *, name: str = "Acme", domain: str = "acme"
    ) -> None:
        self.manifest = manifest
        self.scopes: frozenset[str] = manifest.scopes
        self.subscriptions: frozenset[str] = manifest.events
        self.clock = clock
        self.team_id = new_id("T")
        self.team_name = name
        self.domain = domain
        self.url = f"https://{domain}.slack.com/"
        self.app_id = new_id("A")
        self.bot_id = new_id("B")
        self.verification_token = secrets.token_urlsafe(18)
        self.created_at = int(clock.now().timestamp())
        self.trigger_seconds = TRIGGER_SECONDS
        self.reaction_users_shown = 50
        self.edits_in_seconds = False
        self.shows_tabs = True
        self.pages_forward = False
        self.custom_emoji: set[str] = set()
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.channels: dict[str, Channel] = {}
        self.canvases: dict[str, Canvas] = {}
        self.files: dict[str, FileRecord] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._chosen: dict[tuple[str, str, str], JsonObject] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.other_bots: dict[str, str] = {}
        self.all_calls: list[Call] = []
        self.before_calls: list[Callable[[str, Mapping[str, object]], None]] = []
        self.faults = Faults()
        self.limits = RateLimits()
        self.limited: Counter[str] = Counter()
        self.feed = ChangeFeed()
        self.installs: AppInstalls[State] = AppInstalls()
        self.organization: Organization[State] | None = None
        """The Enterprise Grid it belongs to, once the app is installed in all of that."""
        self.signing_secret = secrets.token_hex(16)
        self.socket = SocketMode(self.app_id, now=lambda: ts_of(self.clock.now()))
        self.deliveries: Deliveries = self.socket
        self._ephemerals: list[Ephemeral] = []
        bot = Person(
            id=new_id("U"),
            name=manifest.bot_name,
            real_name=manifest.app_name,
            tz="UTC",
            is_bot=True,
            bot_id=self.bot_id,
        )
        self.bot_user_id = bot.id
        self.people[bot.id] = bot

    # --- what can be seen -----------------------------------------------------------------------

    def person(self, user_id: str) -> Person:
        """The member with this id."""
        if user_id not in self.people:
            raise SandboxError(f"Nobody here has the id {user_id}.")
        return self.people[user_id]

    def channel(self, channel_id: str) -> Channel:
        """The conversation with this id."""
        if channel_id not in self.channels:
            raise SandboxError(f"There is no channel {channel_id}.")
        return self.channels[channel_id]

    def canvas(self, canvas_id: str) -> Canvas:
        """The canvas with this id."""
        if canvas_id not in self.canvases:
            raise SandboxError(f"There is no canvas {canvas_id}.")
        return self.canvases[canvas_id]

    def message(self, channel_id: str, ts: str) -> Message:
        """The message with this ts, root or reply."""
        found = self.channel(channel_id).messages.get(ts)
        if found is None:
            raise SandboxError(f"There is no message {ts} in {channel_id}.")
        return found

    def messages(self, channel_id: str) -> list[Message]:
        """Everything said in a channel, replies included, oldest first."""
        return sorted(self.channel(channel_id).messages.values(), key=lambda said: ts_order(said.ts))

    def ephemerals(self, user_id: str, channel_id: str) -> list[Ephemeral]:
        """What only this person sees in a channel, oldest first."""
        return [
            shown for shown in self._ephemerals if (shown.user_id, shown.channel_id) == (user_id, channel_id)
        ]

    def open_views(self, user_id: str) -> list[View]:
        """The modals that a person has open, the topmost last."""
        return list(self.modals.get(user_id, []))

    def all_views(self) -> Iterator[View]:
        """Every view that somebody has open."""
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    def calls(self, method: str | None = None) -> list[Call]:
        """What the app called, oldest first; of one method if one is named."""
        return [call for call in self.all_calls if method in (None, call.method)]

    def permalink(self, channel_id: str, ts: str) -> str:
        """The address of a message, as `chat.getPermalink` gives it."""
        return permalinks.build(self.url, self.message(channel_id, ts))

    def resolve_permalink(self, url: str) -> Message | None:
        """The message behind an address, if there is one; a reply's address names its thread."""
        return permalinks.resolve(self.url, url, self.channels)

    def view_of(self, user_id: str, view_id: str) -> View:
        """A view that this person has open."""
        for view in [*self.modals.get(user_id, []), *filter(None, [self.homes.get(user_id)])]:
            if view.id == view_id:
                return view
        raise SandboxError(f"{self.person(user_id).name} has no view {view_id} open.")

    def seen_message(self, user_id: str, channel_id: str, ts: str) -> Message | Ephemeral:
        """A message as this person sees it: everybody's, or one shown to them alone."""
        channel = self.channel(channel_id)
        if channel.is_private and user_id not in channel.members:
            raise SandboxError(f"{self.person(user_id).name} does not see #{channel.name}.")
        for shown in self.ephemerals(user_id, channel_id):
            if shown.ts == ts:
                return shown
        return self.message(channel_id, ts)

    def chosen_in(self, user_id: str, channel_id: str | None, ts: str | None) -> JsonObject:
        """What a person has chosen in a message's elements, as `state.values`; of blocks still there."""
        key = (user_id, channel_id or "", ts or "")
        shown = {block["block_id"] for block in self.seen_message(*key).blocks or []}
        values = {block: chosen for block, chosen in self._chosen.get(key, {}).items() if block in shown}
        self._chosen[key] = values
        return values

    def bot_name_of(self, bot_id: str) -> str:
        """A bot's display name."""
        return self.manifest.bot_name if bot_id == self.bot_id else self.other_bots.get(bot_id, "bot")

    # --- what only the app's side does ----------------------------------------------------------

    def show_ephemeral(self, shown: Ephemeral) -> None:
        """Show a message to one person."""
        self._ephemerals.append(shown)
        self.feed.tell("ephemeral", shown.channel_id)

    def forget_ephemeral(self, channel_id: str, user_id: str, ts: str | None) -> None:
        """Take a message away that one person saw."""
        self._ephemerals = [
            shown
            for shown in self._ephemerals
            if (shown.channel_id, shown.user_id, shown.ts) != (channel_id, user_id, ts)
        ]
        self.feed.tell("ephemeral", channel_id)

    def refuse(
        self,
        method: str,
        error: str,
        *,
        times: int = 1,
        status: int = 200,
        retry_after: int | None = None,
        **extra: object,
    ) -> None:
        """Let the next calls of a method fail; `ratelimited` is HTTP 429 with Retry-After (seconds).

        `response_url` stands for the answers that are posted to one, `upload_url` for the bytes of files.
        """
        if error == "ratelimited":
            status, retry_after = 429, 1 if retry_after is None else retry_after
        self.faults.add(method, Fault(error, status, retry_after, dict(extra)), times)

    def lose_answer(self, method: str, *, times: int = 1, status: int = 503) -> None:
        """Let the next calls of a method do their work and then answer with a server error."""
        self.faults.add(method, Fault("service_unavailable", status, is_performed=True), times)

    def slow(self, method: str, seconds: float) -> None:
        """Answer every call of a method this many real seconds late; 0 ends it."""
        self.faults.delay(method, seconds)
