"""The workspace: who and what is in it, and what its people do.

Everything stays in memory. People act through the methods here; the app acts through `sandbox.web_api`.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from sandbox import channels, interactions, messages, people, permalinks, views
from sandbox.changes import ChangeFeed
from sandbox.clock import SandboxClock, ts_of
from sandbox.errors import Refusal, SandboxError
from sandbox.faults import Fault, Faults
from sandbox.files import files_of
from sandbox.ids import new_id
from sandbox.interactions import ResponseUrl
from sandbox.json_types import JsonObject
from sandbox.limits import RateLimits
from sandbox.manifest import Manifest
from sandbox.records import (
    Call,
    Canvas,
    Channel,
    CommandAnswer,
    Ephemeral,
    FileRecord,
    Group,
    Message,
    Person,
    SubmitAnswer,
    View,
)
from sandbox.socket_mode import SocketMode
from sandbox.views import Trigger

_T = TypeVar("_T")


class Workspace:
    """A Slack workspace with one app installed.

    Methods of people raise `SandboxError`, with a sentence, where Slack's client would not let them.
    Texts are in Slack's form (`<@U…>`, `&amp;`); `sandbox.mrkdwn.as_typed` makes it from typed text.

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
        self.trigger_seconds = views.TRIGGER_SECONDS
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
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.other_bots: dict[str, str] = {}
        self.all_calls: list[Call] = []
        self.before_calls: list[Callable[[str, Mapping[str, object]], None]] = []
        self.faults = Faults()
        self.limits = RateLimits()
        self.limited: Counter[str] = Counter()
        self.feed = ChangeFeed()
        self.socket = SocketMode(self.app_id, now=lambda: ts_of(self.clock.now()))
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

    # --- furnishing -----------------------------------------------------------------------------

    def add_person(
        self,
        name: str,
        *,
        real_name: str | None = None,
        tz: str = "UTC",
        is_bot: bool = False,
        is_restricted: bool = False,
        is_ultra_restricted: bool = False,
        user_id: str | None = None,
        is_new: bool = False,
        team_id: str | None = None,
    ) -> Person:
        """A member, or a guest; `tz` is an IANA zone. Of one who `is_new` the app hears `team_join`.

        A guest of one channel (`is_ultra_restricted`) is `is_restricted` as well:
        docs.slack.dev/reference/objects/user-object. `team_id`: they belong to another company's workspace,
        and meet this one in shared channels alone.
        """
        person = Person(
            id=user_id or new_id("U"),
            name=name,
            real_name=real_name or name.title(),
            tz=tz,
            is_bot=is_bot,
            is_restricted=is_restricted or is_ultra_restricted,
            is_ultra_restricted=is_ultra_restricted,
            bot_id=new_id("B") if is_bot else None,
            team_id=team_id,
        )
        person.updated_at = int(self.clock.now().timestamp())
        self.people[person.id] = person
        if is_new:
            people.announce_arrival(self, person)
        return person

    def change_person(self, user_id: str, *, real_name: str | None = None, tz: str | None = None) -> None:
        """Somebody has another name or lives in another zone now; the app hears `user_change`."""
        person = self.person(user_id)
        person.real_name, person.tz = real_name or person.real_name, tz or person.tz
        people.announce_change(self, person)

    def add_channel(
        self,
        name: str,
        *,
        is_private: bool = False,
        members: Sequence[str] = (),
        creator: str | None = None,
        channel_id: str | None = None,
    ) -> Channel:
        """A channel as if it had always been there: its members have joined without a line about it."""
        first = creator or (members[0] if members else self.bot_user_id)
        try:
            channel = channels.furnish(self, name, first, is_private=is_private, channel_id=channel_id)
        except Refusal as refusal:
            raise SandboxError(f"There can be no channel #{name}: {refusal.error}.") from refusal
        if creator is None and not members:
            channel.members.clear()
        channel.members.extend(member for member in members if member not in channel.members)
        return channel

    def share_channel(self, channel_id: str, team_id: str, *, is_hosted_there: bool = False) -> None:
        """Share a channel with another company; the app hears `channel_shared` if it listens."""
        channels.share(self, self.channel(channel_id), team_id, is_hosted_there=is_hosted_there)

    def unshare_channel(self, channel_id: str, team_id: str) -> None:
        """End it; the app hears `channel_unshared` if it listens."""
        channels.unshare(self, self.channel(channel_id), team_id)

    def convert(self, user_id: str, channel_id: str, *, is_private: bool) -> None:
        """A person makes a channel private, or public again."""
        channels.convert(self, self._member(user_id, channel_id), user_id, is_private=is_private)

    def add_emoji(self, name: str) -> None:
        """A custom emoji."""
        self.custom_emoji.add(name)

    # --- what people say and do -----------------------------------------------------------------

    def say(
        self,
        user_id: str,
        channel_id: str,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: Sequence[str | Mapping[str, object]] | None = None,
        blocks: list[JsonObject] | None = None,
        subtype: str | None = None,
    ) -> str:
        """A person writes a message; `broadcast` also sends a reply to the channel. Returns its ts."""
        self._member(user_id, channel_id)
        message = Message(
            ts=self.clock.next_ts(),
            channel_id=channel_id,
            text=text,
            user_id=user_id,
            subtype="thread_broadcast" if broadcast and thread_ts is not None else subtype,
            blocks=blocks,
            thread_ts=thread_ts,
        )
        messages.attach_files(message, files_of(self, user_id, files))
        return self._done(lambda: messages.post(self, message), "say that").ts

    def say_as_bot(
        self,
        bot_name: str,
        channel_id: str,
        *,
        text: str = "",
        blocks: list[JsonObject] | None = None,
        attachments: list[JsonObject] | None = None,
        thread_ts: str | None = None,
        for_user: str | None = None,
        has_id: bool = True,
    ) -> str:
        """Another app's alert: subtype `bot_message`, no author, a bot id of its own. Returns its ts.

        `for_user`: the app posts with that person's (or bot user's) token, so the message names both and has
        no subtype. Old integrations have no bot id, only a name (`has_id` false).
        """
        bot_id = next((key for key, name in self.other_bots.items() if name == bot_name), None)
        if bot_id is None:
            bot_id = new_id("B")
            self.other_bots[bot_id] = bot_name
        message = Message(
            ts=self.clock.next_ts(),
            channel_id=channel_id,
            text=text,
            user_id=for_user,
            bot_id=bot_id if has_id else None,
            app_id="A0OTHER" if for_user else None,
            username=None if for_user else bot_name,
            subtype=None if for_user else "bot_message",
            blocks=views.with_block_ids(blocks) if blocks else None,
            attachments=messages.numbered(attachments),
            thread_ts=thread_ts,
        )
        return self._done(lambda: messages.post(self, message), "say that").ts

    def show_as(self, channel_id: str, ts: str, sent: object) -> None:
        """Show a message from now on as this JSON, whatever it is: `null`, another type, a hole in it."""
        self.message(channel_id, ts).as_sent = (sent,)

    def edit(self, user_id: str, channel_id: str, ts: str, text: str) -> None:
        """A person corrects a message of their own."""
        message = self._own(user_id, channel_id, ts)
        messages.change(self, message, editor=user_id, text=text, attachments=message.attachments)

    def edit_as_bot(
        self,
        channel_id: str,
        ts: str,
        *,
        text: str = "",
        blocks: list[JsonObject] | None = None,
        attachments: list[JsonObject] | None = None,
    ) -> None:
        """An app changes what it said; the message is not marked as edited (observed)."""
        messages.change(
            self,
            self.message(channel_id, ts),
            editor=None,
            text=text,
            blocks=views.with_block_ids(blocks) if blocks else None,
            attachments=messages.numbered(attachments),
        )

    def delete(self, user_id: str, channel_id: str, ts: str) -> None:
        """A person takes a message of their own back."""
        messages.remove(self, self._own(user_id, channel_id, ts))

    def react(self, user_id: str, channel_id: str, ts: str, emoji: str) -> None:
        """A person reacts to a message; the emoji's name goes without colons."""
        self._member(user_id, channel_id)
        message = self.message(channel_id, ts)
        self._done(lambda: messages.add_reaction(self, message, user_id, emoji), f"react with {emoji}")

    def unreact(self, user_id: str, channel_id: str, ts: str, emoji: str) -> None:
        """A person takes a reaction of their own back."""
        self._member(user_id, channel_id)
        message = self.message(channel_id, ts)
        self._done(lambda: messages.remove_reaction(self, message, user_id, emoji), f"take {emoji} back")

    def invite(self, user_id: str, channel_id: str, *, by: str | None = None) -> None:
        """Bring somebody, or the bot, into a channel; without `by` they come by themselves."""
        self.person(user_id)
        channel = self.channel(channel_id)
        if user_id not in channel.members:
            channels.join(self, channel, user_id, inviter=by)

    def leave(self, user_id: str, channel_id: str) -> None:
        """Somebody leaves a channel."""
        channels.leave(self, self._member(user_id, channel_id), user_id)

    def remove(self, user_id: str, channel_id: str, *, by: str) -> None:
        """Somebody takes somebody, or the bot, out of a channel."""
        self._member(by, channel_id)
        channels.leave(self, self._member(user_id, channel_id), user_id, by=by)

    def delete_channel(self, channel_id: str) -> None:
        """An admin deletes a channel, and everything said in it."""
        channels.delete(self, self.channel(channel_id))

    def archive(self, user_id: str, channel_id: str) -> None:
        """Somebody archives a channel."""
        channels.archive(self, self._member(user_id, channel_id), user_id)

    def rename(self, user_id: str, channel_id: str, name: str) -> None:
        """Somebody renames a channel."""
        channel = self._member(user_id, channel_id)
        self._done(lambda: channels.rename(self, channel, user_id, name), f"name it {name}")

    async def command(self, user_id: str, channel_id: str, command: str, text: str = "") -> CommandAnswer:
        """A person sends a slash command; waits for the acknowledgement, at most 3 s."""
        channel = self._member(user_id, channel_id)
        return await interactions.command(self, user_id, channel, command, text)

    async def click(
        self,
        user_id: str,
        *,
        channel_id: str | None = None,
        message_ts: str | None = None,
        view_id: str | None = None,
        action_id: str,
        block_id: str | None = None,
        value: str | list[str] | None = None,
    ) -> str | None:
        """A person presses a button or chooses in a menu; returns Slack's error sentence, if any."""
        return await interactions.click(
            self,
            user_id,
            channel_id=channel_id,
            message_ts=message_ts,
            view_id=view_id,
            action_id=action_id,
            block_id=block_id,
            value=value,
        )

    async def submit_view(
        self, user_id: str, view_id: str, values: Mapping[str, Mapping[str, str | list[str] | None]]
    ) -> SubmitAnswer:
        """A person submits a modal with these values, by block id and action id."""
        return await interactions.submit(self, user_id, self.view_of(user_id, view_id), values)

    async def close_view(self, user_id: str, view_id: str) -> None:
        """A person closes a modal."""
        await interactions.close_view(self, user_id, self.view_of(user_id, view_id))

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
        return messages.ordered(self.channel(channel_id).messages.values())

    def ephemerals(self, user_id: str, channel_id: str) -> list[Ephemeral]:
        """What only this person sees in a channel, oldest first."""
        return [
            shown for shown in self._ephemerals if (shown.user_id, shown.channel_id) == (user_id, channel_id)
        ]

    def open_views(self, user_id: str) -> list[View]:
        """The modals before a person, the topmost last."""
        return list(self.modals.get(user_id, []))

    def all_views(self) -> Iterator[View]:
        """Every view that somebody has before them."""
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
        """A view that this person has before them."""
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

    def _member(self, user_id: str, channel_id: str) -> Channel:
        person, channel = self.person(user_id), self.channel(channel_id)
        if user_id not in channel.members:
            raise SandboxError(f"{person.name} is not in #{channel.name}.")
        if channel.is_archived:
            raise SandboxError(f"#{channel.name} is archived.")
        return channel

    def _own(self, user_id: str, channel_id: str, ts: str) -> Message:
        self._member(user_id, channel_id)
        message = self.message(channel_id, ts)
        if message.user_id != user_id or message.bot_id is not None:
            raise SandboxError(f"{self.person(user_id).name} did not write that message.")
        return message

    def _done(self, act: Callable[[], _T], what: str) -> _T:
        try:
            return act()
        except Refusal as refusal:
            raise SandboxError(f"You can't {what} here: {refusal.error}.") from refusal
