"""The workspace: who and what is in it, and what its people do.

Everything stays in memory. People act through the methods here; the app acts through `sandbox.web_api`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from sandbox import (
    app_home,
    bookmarks,
    channels,
    interactions,
    messages,
    organizations,
    people,
    pins,
    shortcuts,
    views,
)
from sandbox.app_installs import Organization
from sandbox.errors import Refusal, SandboxError
from sandbox.files import files_of
from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.records import (
    Channel,
    CommandAnswer,
    Message,
    Person,
    SubmitAnswer,
)
from sandbox.state import State

_T = TypeVar("_T")


class Workspace(State):
    """A Slack workspace with one app installed, and what its people do in it.

    Methods of people raise `SandboxError`, with a sentence, where Slack's client would not let them.
    Texts are in Slack's form (`<@U…>`, `&amp;`); `sandbox.mrkdwn.as_typed` makes it from typed text.
    """

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
        """Change a person's name or zone; the app is told by `user_change`."""
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
        """Stop sharing a channel; the app hears `channel_unshared` if it listens."""
        channels.unshare(self, self.channel(channel_id), team_id)

    def convert(self, user_id: str, channel_id: str, *, is_private: bool) -> None:
        """A person makes a channel private, or public again."""
        channels.convert(self, self._member(user_id, channel_id), user_id, is_private=is_private)

    def agree_to_install(
        self, user_id: str, address: str, organization: Organization[State] | None = None
    ) -> str:
        """Somebody opens Slack's page for installing the app, and agrees; where they are led from there."""
        return organizations.agree(self, user_id, address, organization)

    def add_app(self) -> None:
        """An admin of the organization adds the app to this workspace."""
        organizations.add_app(self)

    def remove_app(self) -> None:
        """An admin of the organization takes the app out of this workspace."""
        organizations.remove_app(self)

    def uninstall_app(self) -> None:
        """Somebody removes the app: its tokens are refused from now on, and it hears so if it listens."""
        organizations.uninstall(self)

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
        self._writer(user_id, channel_id)
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
        channel = self.channel(channel_id) if by is None else self._member(by, channel_id)
        if by is not None and self.person(by).is_ultra_restricted:
            raise SandboxError("A guest of one channel can't invite anybody.")
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

    def set_topic(self, user_id: str, channel_id: str, topic: str) -> None:
        """Somebody says what a channel is about, in at most 250 characters."""
        channel = self._member(user_id, channel_id)
        if len(topic) > channels.MAX_TOPIC:
            raise SandboxError(f"A topic has at most {channels.MAX_TOPIC} characters.")
        if self.person(user_id).is_ultra_restricted:
            raise SandboxError("A guest of one channel can't set its topic.")
        channels.set_topic(self, channel, user_id, topic)

    def pin(self, user_id: str, channel_id: str, ts: str) -> None:
        """Somebody pins a message to its channel."""
        channel, message = self._member(user_id, channel_id), self.message(channel_id, ts)
        self._done(lambda: pins.add(self, channel, message, user_id), "pin that")

    def unpin(self, user_id: str, channel_id: str, ts: str) -> None:
        """Somebody unpins a message."""
        channel, message = self._member(user_id, channel_id), self.message(channel_id, ts)
        self._done(lambda: pins.remove(self, channel, message, user_id), "unpin that")

    def bookmark(self, user_id: str, channel_id: str, title: str, link: str) -> str:
        """Somebody adds a link to a channel's header; returns its id."""
        channel = self._member(user_id, channel_id)
        add = partial(bookmarks.add, self, channel, user_id, title=title, link=link)
        return self._done(add, "add that link").id

    def remove_bookmark(self, user_id: str, channel_id: str, bookmark_id: str) -> None:
        """Somebody takes a link out of a channel's header."""
        channel = self._member(user_id, channel_id)
        self._done(lambda: bookmarks.remove(self, channel, user_id, bookmark_id), "remove that link")

    async def command(self, user_id: str, channel_id: str, command: str, text: str = "") -> CommandAnswer:
        """A person sends a slash command; waits for the acknowledgement, at most 3 s."""
        channel = self._writer(user_id, channel_id)
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
        values: Mapping[str, Mapping[str, str | list[str] | None]] | None = None,
    ) -> str | None:
        """A person presses a button or chooses in a menu; returns Slack's error sentence, if any.

        `values`: what else stands in the form at that moment.
        """
        return await interactions.click(
            self,
            user_id,
            channel_id=channel_id,
            message_ts=message_ts,
            view_id=view_id,
            action_id=action_id,
            block_id=block_id,
            value=value,
            values=values,
        )

    async def message_shortcut(self, user_id: str, channel_id: str, ts: str, callback_id: str) -> str | None:
        """A person chooses an entry of a message's menu; returns Slack's error sentence, if any."""
        return await shortcuts.on_message(self, user_id, channel_id, ts, callback_id)

    async def global_shortcut(self, user_id: str, callback_id: str) -> str | None:
        """A person chooses a global shortcut; returns Slack's error sentence, if any."""
        return await shortcuts.anywhere(self, user_id, callback_id)

    def open_home(self, user_id: str, tab: str = "home") -> Channel:
        """A person opens the app's `home` or `messages` tab; returns their direct messages with the app."""
        return app_home.open_tab(self, user_id, tab)

    async def submit_view(
        self, user_id: str, view_id: str, values: Mapping[str, Mapping[str, str | list[str] | None]]
    ) -> SubmitAnswer:
        """A person submits a modal with these values, by block id and action id."""
        return await interactions.submit(self, user_id, self.view_of(user_id, view_id), values)

    async def close_view(self, user_id: str, view_id: str) -> None:
        """A person closes a modal."""
        await interactions.close_view(self, user_id, self.view_of(user_id, view_id))

    def _member(self, user_id: str, channel_id: str) -> Channel:
        person, channel = self.person(user_id), self.channel(channel_id)
        if user_id not in channel.members:
            raise SandboxError(f"{person.name} is not in #{channel.name}.")
        if channel.is_archived:
            raise SandboxError(f"#{channel.name} is archived.")
        return channel

    def _writer(self, user_id: str, channel_id: str) -> Channel:
        channel = self._member(user_id, channel_id)
        home = self.manifest.home
        if channel.kind == "im" and (home.is_read_only or not home.has_messages_tab):
            raise SandboxError("Sending messages to this app has been turned off.")
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
