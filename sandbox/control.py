"""The control API: what the page and the replays see and do, as JSON over HTTP.

People's typed text becomes Slack's form here, as Slack's client would send it. What can't be done is
answered with a 4xx and `{"error": sentence}`.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox import canvases, channels, control_views, mrkdwn
from sandbox.errors import Refusal, SandboxError
from sandbox.json_types import JsonObject
from sandbox.workspace import Workspace


@dataclass(frozen=True)
class Body:
    """What was posted; missing keys are the caller's mistake."""

    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """A text that must be there.

        Raises:
            SandboxError: it is not.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            raise SandboxError(f"The request needs “{name}”, a text.")
        return value

    def inputs(self, name: str) -> Mapping[str, Mapping[str, str | list[str] | None]]:
        """What stands in a form's inputs, by block id and action id.

        Raises:
            SandboxError: it is not there, or of another shape.
        """
        values = self.values.get(name)
        if not isinstance(values, dict) or not all(isinstance(entry, dict) for entry in values.values()):
            raise SandboxError(f"The request needs “{name}”: by block id and action id.")
        return values

    def optional(self, name: str) -> str | None:
        """A text that may be there."""
        return self.text(name) if self.values.get(name) is not None else None


class Control:
    """The routes below `/sandbox` of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """Everything that can be asked and done."""
        acts: dict[str, Callable[[Body], Awaitable[JsonObject]]] = {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "unreact": self._unreact,
            "command": self._command,
            "click": self._click,
            "message_shortcut": self._message_shortcut,
            "global_shortcut": self._global_shortcut,
            "home": self._open_home,
            "submit": self._submit,
            "close_view": self._close_view,
            "invite": self._invite,
            "leave": self._leave,
            "topic": self._set_topic,
            "pin": self._pin,
            "unpin": self._unpin,
            "bookmark": self._bookmark,
            "remove_bookmark": self._remove_bookmark,
            "channels": self._new_channel,
            "join": self._join,
            "canvas": self._write_canvas,
            "clock": self._set_clock,
            "limits": self._set_limits,
        }
        return [
            Route("/state", self._read(lambda request: control_views.state(self._workspace))),
            Route("/channels/{id:str}/messages", self._read(self._messages)),
            Route("/canvases/{id:str}", self._read(self._canvas)),
            Route("/views", self._read(self._views)),
            Route("/stream", self._stream),
            *(Route(f"/{name}", answering(act), methods=["POST"]) for name, act in acts.items()),
        ]

    # --- seen -----------------------------------------------------------------------------------

    def _read(self, describe: Callable[[Request], JsonObject]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse(describe(request))
            except SandboxError as error:
                return JSONResponse({"error": str(error)}, 404)

        return endpoint

    def _messages(self, request: Request) -> JsonObject:
        viewer = request.query_params.get("as")
        return control_views.messages(self._workspace, request.path_params["id"], viewer)

    def _canvas(self, request: Request) -> JsonObject:
        return control_views.canvas(self._workspace, request.path_params["id"])

    def _views(self, request: Request) -> JsonObject:
        return control_views.open_views(self._workspace, request.query_params.get("as", ""))

    async def _stream(self, request: Request) -> Response:
        """Server-sent events: one JSON object per change."""

        async def changes() -> AsyncIterator[str]:
            yield ": listening\n\n"
            async for change in self._workspace.feed.listen():
                yield f"data: {json.dumps(change)}\n\n"

        headers = {"cache-control": "no-store"}
        return StreamingResponse(changes(), media_type="text/event-stream", headers=headers)

    # --- done -----------------------------------------------------------------------------------

    def _typed(self, text: str, *, with_labels: bool = False) -> str:
        people = {p.name.lower(): p.id for p in self._workspace.people.values()}
        named = {c.name: c.id for c in self._workspace.channels.values() if c.name}
        return mrkdwn.as_typed(text, people, named, with_labels=with_labels)

    async def _say(self, body: Body) -> JsonObject:
        text = body.text("text")
        if not text.strip():
            raise SandboxError("An empty message can't be sent.")
        ts = self._workspace.say(
            body.text("user"),
            body.text("channel"),
            self._typed(text),
            thread_ts=body.optional("thread_ts"),
            broadcast=bool(body.values.get("broadcast", False)),
        )
        return {"ts": ts}

    async def _edit(self, body: Body) -> JsonObject:
        text = self._typed(body.text("text"))
        self._workspace.edit(body.text("user"), body.text("channel"), body.text("ts"), text)
        return {}

    async def _delete(self, body: Body) -> JsonObject:
        self._workspace.delete(body.text("user"), body.text("channel"), body.text("ts"))
        return {}

    async def _react(self, body: Body) -> JsonObject:
        emoji = body.text("emoji").strip(":")
        self._workspace.react(body.text("user"), body.text("channel"), body.text("ts"), emoji)
        return {}

    async def _unreact(self, body: Body) -> JsonObject:
        emoji = body.text("emoji").strip(":")
        self._workspace.unreact(body.text("user"), body.text("channel"), body.text("ts"), emoji)
        return {}

    async def _command(self, body: Body) -> JsonObject:
        name = body.text("command")
        text = body.optional("text") or ""
        known = self._workspace.manifest.command(name)
        if known is not None and known.should_escape:
            text = self._typed(text, with_labels=True)
        answer = await self._workspace.command(body.text("user"), body.text("channel"), name, text)
        return {
            "acknowledged": answer.acknowledged,
            "seconds": round(answer.seconds, 3),
            "error": answer.error,
            "messages": [control_views.ephemeral(shown) for shown in answer.messages],
        }

    async def _click(self, body: Body) -> JsonObject:
        value = body.values.get("value")
        error = await self._workspace.click(
            body.text("user"),
            channel_id=body.optional("channel"),
            message_ts=body.optional("message_ts"),
            view_id=body.optional("view_id"),
            action_id=body.text("action_id"),
            block_id=body.optional("block_id"),
            value=[str(one) for one in value] if isinstance(value, list) else body.optional("value"),
            values=body.inputs("values") if "values" in body.values else None,
        )
        return {"error": error}

    async def _message_shortcut(self, body: Body) -> JsonObject:
        error = await self._workspace.message_shortcut(
            body.text("user"), body.text("channel"), body.text("ts"), body.text("callback_id")
        )
        return {"error": error}

    async def _global_shortcut(self, body: Body) -> JsonObject:
        return {"error": await self._workspace.global_shortcut(body.text("user"), body.text("callback_id"))}

    async def _open_home(self, body: Body) -> JsonObject:
        channel = self._workspace.open_home(body.text("user"), body.optional("tab") or "home")
        return {"channel": channel.id}

    async def _submit(self, body: Body) -> JsonObject:
        answer = await self._workspace.submit_view(
            body.text("user"), body.text("view_id"), body.inputs("values")
        )
        return {"errors": answer.errors, "closed": answer.closed, "error": answer.error}

    async def _close_view(self, body: Body) -> JsonObject:
        await self._workspace.close_view(body.text("user"), body.text("view_id"))
        return {}

    async def _new_channel(self, body: Body) -> JsonObject:
        self._workspace.person(body.text("user"))
        is_private = bool(body.values.get("is_private", False))
        try:
            channel = channels.create(
                self._workspace, body.text("name"), body.text("user"), is_private=is_private
            )
        except Refusal as refusal:
            raise SandboxError(control_views.NAME_SENTENCES[refusal.error]) from refusal
        return {"id": channel.id, "name": channel.name}

    async def _join(self, body: Body) -> JsonObject:
        channel = self._workspace.channel(body.text("channel"))
        if channel.is_private:
            raise SandboxError("A private channel is entered by invitation.")
        self._workspace.invite(body.text("user"), channel.id)
        return {}

    async def _invite(self, body: Body) -> JsonObject:
        """A member brings people in, named by their ids."""
        people = body.values.get("people")
        if not isinstance(people, list) or not people:
            raise SandboxError("Name somebody to invite, such as /invite @ana.")
        for person in people:
            self._workspace.invite(str(person), body.text("channel"), by=body.text("user"))
        return {}

    async def _leave(self, body: Body) -> JsonObject:
        self._workspace.leave(body.text("user"), body.text("channel"))
        return {}

    async def _set_topic(self, body: Body) -> JsonObject:
        topic = self._typed(body.text("topic"))
        self._workspace.set_topic(body.text("user"), body.text("channel"), topic)
        return {}

    async def _pin(self, body: Body) -> JsonObject:
        self._workspace.pin(body.text("user"), body.text("channel"), body.text("ts"))
        return {}

    async def _unpin(self, body: Body) -> JsonObject:
        self._workspace.unpin(body.text("user"), body.text("channel"), body.text("ts"))
        return {}

    async def _bookmark(self, body: Body) -> JsonObject:
        added = self._workspace.bookmark(
            body.text("user"), body.text("channel"), body.text("title"), body.text("link")
        )
        return {"id": added}

    async def _remove_bookmark(self, body: Body) -> JsonObject:
        self._workspace.remove_bookmark(body.text("user"), body.text("channel"), body.text("id"))
        return {}

    async def _write_canvas(self, body: Body) -> JsonObject:
        """A person writes a canvas anew; Slack's editor allows what its API refuses, we do not."""
        canvas = self._workspace.canvases.get(body.text("canvas_id"))
        user = body.text("user")
        if canvas is None or not canvases.may(self._workspace, canvas, user, "write"):
            raise SandboxError("You can't edit this canvas.")
        change = {
            "operation": "replace",
            "document_content": {"type": "markdown", "markdown": body.text("markdown")},
        }
        try:
            canvases.apply(self._workspace, canvas, user, change)
        except Refusal as refusal:
            detail = refusal.extra.get("detail", refusal.error)
            raise SandboxError(f"A canvas can't hold that: {detail}.") from refusal
        return {}

    async def _set_clock(self, body: Body) -> JsonObject:
        """Freeze the clock at a moment; without one let it run on."""
        at = body.optional("at")
        if at is None:
            self._workspace.clock.run()
        else:
            try:
                self._workspace.clock.set(datetime.fromisoformat(at))
            except ValueError as error:
                raise SandboxError(
                    f"“{at}” is not a moment with a time zone, such as 2023-09-10T14:00:00Z."
                ) from error
        self._workspace.feed.tell("clock")
        return {"now": self._workspace.clock.now().isoformat()}

    async def _set_limits(self, body: Body) -> JsonObject:
        """How many times faster than Slack's limits the app may call."""
        scale = body.values.get("rate_scale")
        if isinstance(scale, bool) or not isinstance(scale, int | float):
            raise SandboxError("The request needs “rate_scale”, a number such as 1 or 60.")
        self._workspace.limits.scale = float(scale)
        return {"rate_scale": float(scale)}


def answering(act: Callable[[Body], Awaitable[JsonObject]]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that does something: 400 with a sentence where that is refused."""

    async def endpoint(request: Request) -> Response:
        try:
            values = json.loads(await request.body())
        except ValueError:
            values = None
        if not isinstance(values, dict):
            return JSONResponse({"error": "The request's body must be a JSON object."}, 400)
        try:
            return JSONResponse({"ok": True, **await act(Body(values))})
        except (SandboxError, Refusal) as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint
