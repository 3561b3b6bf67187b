"""Uploading a file to Slack, in the three steps it asks for.

Source: docs.slack.dev/messaging/working-with-files, "Uploading files". The bytes go to an address that
Slack hands out; nobody sees the file before the third step. That one shares it, and asked twice it may share
twice: whoever must not repeat it notes the `file_id` between `send` and `complete`, and asks `completed`
before trying again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.slack.calls import NEVER_ARRIVED, Refused, Slack, TryLater
from bot.slack.egress import slack_session
from bot.slack.posting import OutcomeUnknown
from bot.slack.services import Services
from bot.text.well_formed import tables

ALT_LIMIT = 1000
"""Characters; beyond them Slack refuses with `alt_txt_too_large` (page of files.getUploadURLExternal)."""

SENDING = "upload"
"""What the second step is called in errors; it has no method of its own."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that Slack keeps.

    `permalink` opens it for whoever may see it. `channel_ids` are where it is shared as far as Slack says:
    sharing goes on after the answer, so right after `complete` there may be none yet (observed,
    slackapi/bolt-js#2115).
    """

    file_id: str
    permalink: str
    channel_ids: frozenset[str] = frozenset()


async def upload(
    services: Services,
    *,
    name: str,
    title: str,
    content: bytes,
    alt: str | None = None,
    channel_id: str | None = None,
    thread_ts: str | None = None,
    comment: str | None = None,
) -> Uploaded:
    """All three steps at once. Without a channel the file stays the bot's own.

    Raises:
        TryLater, Refused: as `Slack.call`; whether it was shared is then open, see `completed`.
        ValueError: `content` is empty, which Slack does not take.
    """
    file_id = await send(services, name=name, content=content, alt=alt)
    return await complete(
        services, file_id, title=title, channel_id=channel_id, thread_ts=thread_ts, comment=comment
    )


async def send(services: Services, *, name: str, content: bytes, alt: str | None = None) -> str:
    """Hand the bytes to Slack; returns the file's id. Nobody sees the file until `complete`.

    Repeating it after an error is harmless: Slack drops what is never completed. `alt` says in words what a
    picture shows and is cut at Slack's limit.

    Raises:
        TryLater: rate limits, 5xx, time-outs, broken connections.
        Refused: Slack does not take such a file (`file_type_not_allowed`, `file_uploads_disabled`, …).
        ValueError: `content` is empty, which Slack does not take.
    """
    if not content:
        raise ValueError(f"{name} is empty; Slack takes no empty files")
    words: dict[str, str] = {"alt_txt": _cut(alt, ALT_LIMIT)} if alt else {}
    place = await services.slack.call(
        "files_getUploadURLExternal", filename=name, length=len(content), **words
    )
    await _post(services.slack, str(place["upload_url"]), content)
    return str(place["file_id"])


async def complete(
    services: Services,
    file_id: str,
    *,
    title: str,
    channel_id: str | None = None,
    thread_ts: str | None = None,
    comment: str | None = None,
) -> Uploaded:
    """Finish what `send` began, and share it in the channel or thread if one is named.

    `comment` is the text of the message that shares it, as mrkdwn: escape people's words before.

    Raises:
        TryLater, Refused: as `Slack.call`.
    """
    where = {"channel_id": channel_id, "thread_ts": thread_ts, "initial_comment": comment}
    answer = await services.slack.call(
        "files_completeUploadExternal",
        files=[{"id": file_id, "title": title}],
        **{name: value for name, value in where.items() if value},
    )
    found: Mapping[str, Any] = next(
        (file for file in tables(answer.get("files")) if file.get("id") == file_id), {}
    )
    if found.get("permalink"):
        return _uploaded(file_id, found)
    try:
        described = await services.slack.call("files_info", file=file_id)
    except Refused as refusal:
        if refusal.error != "missing_scope":
            raise
        return _uploaded(file_id, {})  # it is done, and where it is only Slack knows
    return _uploaded(file_id, described["file"])


async def completed(services: Services, file_id: str) -> Uploaded | None:
    """A file whose `complete` had an unknown outcome, as Slack has it now; None if it was never completed.

    Raises:
        TryLater, Refused: as `Slack.call`.
        OutcomeUnknown: the app was installed without `files:read`, so that nobody can look.
    """
    try:
        answer = await services.slack.call("files_info", file=file_id)
    except Refused as refusal:
        if refusal.error in ("file_not_found", "file_deleted"):
            return None
        if refusal.error == "missing_scope":
            raise OutcomeUnknown(f"the file may have been shared, and looking failed: {refusal}") from refusal
        raise
    return _uploaded(file_id, answer["file"])


async def _post(slack: Slack, url: str, content: bytes) -> None:
    """The second step. Its address is a secret for as long as it holds, so no error names it."""
    client = slack.client
    limit = aiohttp.ClientTimeout(total=client.timeout)
    try:
        if client.session is not None:
            await _put(client.session, url, content, limit, client.proxy)
            return
        async with slack_session(client.base_url, within=None) as session:
            await _put(session, url, content, limit, client.proxy)
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        raise TryLater(
            f"{SENDING}: {type(problem).__name__}", is_undone=isinstance(problem, NEVER_ARRIVED)
        ) from problem


async def _put(
    session: aiohttp.ClientSession, url: str, content: bytes, limit: aiohttp.ClientTimeout, proxy: str | None
) -> None:
    headers = {"content-type": "application/octet-stream"}
    async with session.post(url, data=content, headers=headers, timeout=limit, proxy=proxy) as answer:
        if answer.status == 200:
            return
        if answer.status == 429:
            after = answer.headers.get("retry-after", "")
            raise TryLater(
                f"{SENDING}: rate limited", float(after) if after.isdecimal() else 1.0, is_undone=True
            )
        if answer.status >= 500:
            raise TryLater(f"{SENDING}: HTTP {answer.status}")
        detail = (await answer.text(errors="replace"))[:200]
        raise Refused(SENDING, f"HTTP {answer.status}", {"detail": detail})


def _uploaded(file_id: str, described: Mapping[str, Any]) -> Uploaded:
    shares = (described.get("shares") or {}).values()
    listed = [described.get(kind) or () for kind in ("channels", "groups", "ims")]
    channel_ids = frozenset(str(one) for some in (*shares, *listed) for one in some)
    return Uploaded(file_id, str(described.get("permalink") or ""), channel_ids)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
