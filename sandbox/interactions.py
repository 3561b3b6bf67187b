"""What people do to the app directly: commands, clicks, modals; told once, answered within 3 s.

Source: docs.slack.dev/interactivity/implementing-slash-commands, …/handling-user-interaction and
docs.slack.dev/surfaces/modals. What is not acknowledged in time is never sent again.
"""

import secrets
import time
from collections.abc import Mapping

from sandbox import blocks, inputs, messages, people, states, views
from sandbox.deliveries import NotAcknowledgedError, NotConnectedError
from sandbox.envelope import COMMANDS, INTERACTIONS
from sandbox.errors import Refusal, SandboxError
from sandbox.json_types import JsonObject
from sandbox.records import Channel, CommandAnswer, Ephemeral, Message, ResponseUrl, SubmitAnswer, View
from sandbox.state import State

TROUBLE = "We had some trouble connecting. Try again?"
RESPONSE_URL_SECONDS = 30 * 60.0


def new_response_url(
    workspace: State,
    channel_id: str,
    user_id: str,
    *,
    answer: CommandAnswer | None = None,
    message_ts: str | None = None,
    kind: str = "commands",
) -> str:
    """An address the app may post answers to."""
    key = f"{workspace.team_id}/{secrets.randbelow(10**13):013d}/{secrets.token_urlsafe(18)}"
    workspace.response_urls[key] = ResponseUrl(
        channel_id, user_id, answer, time.monotonic() + RESPONSE_URL_SECONDS, message_ts=message_ts
    )
    return f"{workspace.url}{kind}/{key}"


async def command(workspace: State, user_id: str, channel: Channel, name: str, text: str) -> CommandAnswer:
    """Give the app a slash command and wait for its acknowledgement."""
    trigger_id = views.new_trigger(workspace, user_id)
    answer = CommandAnswer(acknowledged=False, seconds=0.0, trigger_id=trigger_id)
    if workspace.manifest.command(name) is None:
        answer.error = f"{name} is not a valid command."
        return answer
    payload = {
        "token": workspace.verification_token,
        "team_id": people.team_of(workspace, user_id),
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": shown_name(channel),
        "user_id": user_id,
        "user_name": workspace.person(user_id).name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app_id,
        **({"enterprise_id": workspace.organization.id} if workspace.organization else {}),
        "is_enterprise_install": "true" if workspace.organization else "false",
        "response_url": new_response_url(workspace, channel.id, user_id, answer=answer),
        "trigger_id": trigger_id,
    }
    started = time.monotonic()
    try:
        reply = await workspace.deliveries.ask(COMMANDS, payload)
    except NotConnectedError:
        answer.error = f'{name} failed with the error "dispatch_failed"'
    except NotAcknowledgedError as trouble:
        answer.error = f'{name} failed with the error "{trouble.error}"'
    else:
        answer.acknowledged = True
    answer.seconds = time.monotonic() - started
    if answer.acknowledged and (reply.get("text") or reply.get("blocks") or reply.get("attachments")):
        try:
            respond(workspace, channel.id, user_id, reply, answer)
        except Refusal as refusal:
            answer.error = f'{name} failed with the error "{refusal.error}"'
    return answer


def respond(
    workspace: State, channel_id: str, user_id: str, reply: JsonObject, answer: CommandAnswer | None
) -> None:
    """Show a reply: to the person alone, or with `response_type: in_channel` to everybody.

    Raises:
        Refusal: `no_text`, `invalid_blocks`, `msg_too_long`.
    """
    content = blocks.checked_content(reply)
    response_type = str(reply.get("response_type", "ephemeral"))
    ts = workspace.clock.next_ts()
    shown = Ephemeral(
        ts=ts,
        channel_id=channel_id,
        user_id=user_id,
        text=content.text,
        blocks=views.with_block_ids(content.blocks) if content.blocks else None,
        attachments=content.attachments,
        thread_ts=reply.get("thread_ts"),
        response_type=response_type,
    )
    if answer is not None:
        answer.messages.append(shown)
    if response_type == "in_channel":
        message = Message(
            ts=ts,
            channel_id=channel_id,
            text=content.text,
            user_id=workspace.bot_user_id,
            bot_id=workspace.bot_id,
            app_id=workspace.app_id,
            blocks=shown.blocks,
            attachments=content.attachments,
            thread_ts=shown.thread_ts,
        )
        messages.post(workspace, message)
    else:
        workspace.show_ephemeral(shown)


def use_response_url(workspace: State, key: str, reply: JsonObject) -> None:
    """Post to a response url (docs.slack.dev/interactivity/handling-user-interaction#message_responses).

    Raises:
        Refusal: `used_url` after five uses, `expired_url` after thirty minutes, or bad content.
    """
    url = workspace.response_urls.get(key)
    if url is None:
        raise Refusal("invalid_url")
    if time.monotonic() > url.deadline:
        raise Refusal("expired_url")
    if url.uses_left <= 0:
        raise Refusal("used_url")
    original = None
    if url.message_ts is not None:
        original = workspace.channel(url.channel_id).messages.get(url.message_ts)
    if reply.get("delete_original"):
        if original is not None:
            messages.remove(workspace, original)
        else:
            workspace.forget_ephemeral(url.channel_id, url.user_id, url.message_ts)
    elif reply.get("replace_original") and original is not None:
        content = blocks.checked_content(reply)
        messages.change(
            workspace,
            original,
            editor=None,
            text=content.text,
            blocks=views.with_block_ids(content.blocks) if content.blocks else None,
            attachments=content.attachments,
        )
    else:
        if reply.get("replace_original"):
            workspace.forget_ephemeral(url.channel_id, url.user_id, url.message_ts)
        respond(workspace, url.channel_id, url.user_id, reply, url.answer)
    url.uses_left -= 1


async def click(
    workspace: State,
    user_id: str,
    *,
    channel_id: str | None,
    message_ts: str | None,
    view_id: str | None,
    action_id: str,
    block_id: str | None = None,
    value: str | list[str] | None = None,
    values: Mapping[str, Mapping[str, object]] | None = None,
) -> str | None:
    """Press a button or choose in an element of a message or view; returns Slack's error sentence, if any.

    `values` is what else stands in the form at that moment, by block id and action id. What stands in an
    input is told at once only where its block says `dispatch_action`. With its `block_id`, what a message
    showed before it was changed can be pressed too, as on a screen that was not drawn again yet.

    Raises:
        SandboxError: there is no such element before this person, or it offers no such choice.
    """
    view = workspace.view_of(user_id, view_id) if view_id is not None else None
    message: Message | Ephemeral | None = None
    if view is None:
        if channel_id is None or message_ts is None:
            raise SandboxError("A click needs a view, or a channel and a message.")
        message = workspace.seen_message(user_id, channel_id, message_ts)
    place = view.blocks if view is not None else (message.blocks or [] if message is not None else [])
    earlier = message.earlier_blocks if isinstance(message, Message) and block_id is not None else []
    found = states.element_of([*place, *earlier], action_id, block_id)
    if found is None:
        raise SandboxError(f"There is no element {action_id} to click here.")
    block, element = found
    chosen = view.values if view is not None else workspace.chosen_in(user_id, channel_id, message_ts)
    _enter(workspace, user_id, [*place, *earlier], chosen, values or {})
    inputs.choose(workspace, user_id, chosen, found, value)
    states.fill_in(chosen, place)
    if block["type"] == "input" and not block.get("dispatch_action", False):
        return None
    action = states.action(block, element, value) | {"action_ts": workspace.clock.next_ts()}
    payload = person_part(workspace, user_id) | {
        "type": "block_actions",
        "api_app_id": workspace.app_id,
        "trigger_id": views.new_trigger(workspace, user_id, view_id),
        "actions": [action],
    }
    if view is not None:
        payload |= {"container": {"type": "view", "view_id": view.id}, "view": views.payload(workspace, view)}
    elif message is not None:
        payload |= _message_part(workspace, user_id, message) | {"state": {"values": chosen}}
    return await tell(workspace, payload)


def _enter(
    workspace: State,
    user_id: str,
    place: list[JsonObject],
    chosen: JsonObject,
    values: Mapping[str, Mapping[str, object]],
) -> None:
    """Keep what a person put into the elements of a view or message."""
    for block_id, actions in values.items():
        for action_id, value in actions.items():
            found = states.element_of(place, action_id, block_id)
            if found is None:
                raise SandboxError(f"There is no input {block_id}/{action_id} here.")
            inputs.choose(workspace, user_id, chosen, found, value)


async def tell(workspace: State, payload: JsonObject) -> str | None:
    """Give the app an interaction and wait for its acknowledgement; Slack's error sentence, if any."""
    try:
        await workspace.deliveries.ask(INTERACTIONS, payload)
    except (NotConnectedError, NotAcknowledgedError):
        return TROUBLE
    return None


def shown_name(channel: Channel) -> str:
    """What commands and interactions call a channel: by name only where it is public."""
    return {"channel": channel.name, "group": "privategroup", "im": "directmessage"}[channel.kind]


def person_part(workspace: State, user_id: str) -> JsonObject:
    """Who acts, for a payload; people of a connected company have *their* team (bolt-js#1614)."""
    person = workspace.person(user_id)
    team_id, whole = people.team_of(workspace, user_id), workspace.organization
    return {
        "user": {"id": user_id, "username": person.name, "name": person.name, "team_id": team_id},
        # of an organization's installation no workspace is named (bolt-python#23)
        "team": None
        if whole
        else {"id": team_id, "domain": workspace.domain if person.team_id is None else "connected"},
        "enterprise": {"id": whole.id, "name": whole.name} if whole else None,
        "is_enterprise_install": whole is not None,
        "token": workspace.verification_token,
    }


def _message_part(workspace: State, user_id: str, message: Message | Ephemeral) -> JsonObject:
    channel = workspace.channel(message.channel_id)
    is_ephemeral = isinstance(message, Ephemeral)
    part: JsonObject = {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": is_ephemeral,
        },
        "channel": {"id": channel.id, "name": shown_name(channel)},
        "response_url": new_response_url(
            workspace, channel.id, user_id, message_ts=message.ts, kind="actions"
        ),
    }
    if isinstance(message, Message):
        part["message"] = messages.payload(workspace, message)
    return part


async def submit(
    workspace: State, user_id: str, view: View, values: Mapping[str, Mapping[str, object]]
) -> SubmitAnswer:
    """Press a modal's button. What Slack itself requires is checked before the app is told.

    Raises:
        SandboxError: the values name a block or an action that the modal does not have, or what nobody
            could choose there; or it has no button to submit it.
    """
    if not view.payload.get("submit"):
        raise SandboxError("This view has no button to submit it.")
    _enter(workspace, user_id, view.blocks, view.values, values)
    states.fill_in(view.values, view.blocks)
    missing = inputs.problems(view)
    if missing:
        return SubmitAnswer(errors=missing, closed=False)
    payload = person_part(workspace, user_id) | {
        "type": "view_submission",
        "api_app_id": workspace.app_id,
        "trigger_id": views.new_trigger(workspace, user_id, view.id),
        "view": views.payload(workspace, view),
        "response_urls": [],
    }
    try:
        reply = await workspace.deliveries.ask(INTERACTIONS, payload)
    except (NotConnectedError, NotAcknowledgedError):
        return SubmitAnswer(errors={}, closed=False, error=TROUBLE)
    return _follow(workspace, user_id, view, reply)


def _follow(workspace: State, user_id: str, view: View, reply: JsonObject) -> SubmitAnswer:
    """Do what the app's `response_action` says; if it is invalid, the person sees an error."""
    action = reply.get("response_action")
    trouble = SubmitAnswer(errors={}, closed=False, error=TROUBLE)
    if action == "errors":
        errors = reply.get("errors")
        known = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= known:
            return trouble
        return SubmitAnswer(errors={str(key): str(text) for key, text in errors.items()}, closed=False)
    if action in ("update", "push"):
        definition = reply.get("view")
        if not isinstance(definition, dict) or blocks.view_problems(definition):
            return trouble
        if action == "update":
            views.replace(workspace, view, definition)
        else:
            views.open_modal(workspace, user_id, definition, on_top_of=view)
        return SubmitAnswer(errors={}, closed=False)
    if action == "clear":
        workspace.modals.pop(user_id, None)
        workspace.feed.tell("view")
        return SubmitAnswer(errors={}, closed=True)
    if action is not None:
        return trouble
    views.close(workspace, view)
    return SubmitAnswer(errors={}, closed=True)


async def close_view(workspace: State, user_id: str, view: View) -> None:
    """Close a modal; the app hears of it only when it asked for that (`notify_on_close`)."""
    views.close(workspace, view)
    if not view.payload.get("notify_on_close"):
        return
    payload = person_part(workspace, user_id) | {
        "type": "view_closed",
        "api_app_id": workspace.app_id,
        "view": views.payload(workspace, view),
        "is_cleared": False,
    }
    await tell(workspace, payload)
