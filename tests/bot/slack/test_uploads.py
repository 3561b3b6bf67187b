"""Uploading a file: three steps, at Slack's pace, with every failure sorted."""

from __future__ import annotations

import pytest

from bot.slack.calls import Refused, TryLater
from bot.slack.uploads import ALT_LIMIT, Uploaded, complete, completed, send, upload
from tests.bot.slack.conftest import Office

CONTENT = b"# Post-mortem of INC-7\n"
STEPS = ("files.getUploadURLExternal", "files.completeUploadExternal")


async def test_a_file_is_shared_in_a_thread_with_a_comment(office: Office) -> None:
    channel = office.channel()
    root = office.workspace.say(office.ana.id, channel.id, "Resolved")

    uploaded = await upload(
        office.services,
        name="inc-7.md",
        title="Post-mortem of INC-7",
        content=CONTENT,
        channel_id=channel.id,
        thread_ts=root,
        comment="The draft",
    )

    shared = office.workspace.messages(channel.id)[-1]
    (file,) = shared.files
    assert (shared.text, shared.thread_ts, shared.user_id) == (
        "The draft",
        root,
        office.workspace.bot_user_id,
    )
    assert (file.id, file.name, file.title, file.content) == (
        uploaded.file_id,
        "inc-7.md",
        "Post-mortem of INC-7",
        CONTENT,
    )
    assert uploaded.permalink.endswith(f"/files/{file.id}/inc-7.md")
    assert office.called() == list(STEPS)


async def test_without_a_channel_it_is_shared_nowhere(office: Office) -> None:
    channel = office.channel()

    uploaded = await upload(
        office.services, name="t.png", title="Timeline", content=b"png", alt="From 14:00."
    )

    assert office.workspace.messages(channel.id) == []
    assert await completed(office.services, uploaded.file_id) == Uploaded(
        uploaded.file_id, uploaded.permalink
    )
    assert office.workspace.files[uploaded.file_id].alt == "From 14:00."


async def test_alternative_text_beyond_slack_s_limit_is_cut(office: Office) -> None:
    file_id = await send(office.services, name="t.png", content=b"png", alt="x" * (ALT_LIMIT + 1))

    assert office.workspace.files[file_id].alt == "x" * (ALT_LIMIT - 1) + "…"


async def test_an_empty_file_is_not_sent(office: Office) -> None:
    with pytest.raises(ValueError, match="empty"):
        await send(office.services, name="inc-7.md", content=b"")

    assert office.called() == []


async def test_whether_it_was_completed_can_be_asked_when_the_answer_was_lost(office: Office) -> None:
    channel = office.channel()
    file_id = await send(office.services, name="inc-7.md", content=CONTENT)
    assert await completed(office.services, file_id) is None

    office.workspace.lose_answer("files.completeUploadExternal")
    with pytest.raises(TryLater) as lost:
        await complete(office.services, file_id, title="Draft", channel_id=channel.id)

    assert not lost.value.is_undone
    found = await completed(office.services, file_id)
    assert found is not None
    assert found.channel_ids == {channel.id}


async def test_where_it_is_kept_is_asked_when_the_answer_does_not_say(office: Office) -> None:
    file_id = await send(office.services, name="inc-7.md", content=CONTENT)
    await complete(office.services, file_id, title="Draft")
    # the answer as the method's page shows it
    bare = [{"id": file_id, "title": "Draft"}]
    office.workspace.refuse("files.completeUploadExternal", "", ok=True, files=bare)

    found = await complete(office.services, file_id, title="Draft")

    assert found.permalink.endswith("/inc-7.md")
    assert office.called()[-1] == "files.info"


async def test_a_file_slack_does_not_take_is_refused(office: Office) -> None:
    office.workspace.refuse("files.getUploadURLExternal", "file_uploads_disabled")

    with pytest.raises(Refused) as refused:
        await send(office.services, name="inc-7.md", content=CONTENT)

    assert refused.value.error == "file_uploads_disabled"


async def test_a_channel_that_is_gone_is_refused(office: Office) -> None:
    file_id = await send(office.services, name="inc-7.md", content=CONTENT)

    with pytest.raises(Refused) as refused:
        await complete(office.services, file_id, title="Draft", channel_id="C0GONE")

    assert refused.value.error == "channel_not_found"


@pytest.mark.parametrize("status", [500, 503])
async def test_bytes_that_do_not_arrive_are_tried_later(office: Office, status: int) -> None:
    office.workspace.refuse("upload_url", "no", status=status)

    with pytest.raises(TryLater) as later:
        await send(office.services, name="inc-7.md", content=CONTENT)

    assert str(later.value) == f"upload: HTTP {status}"
    assert await send(office.services, name="inc-7.md", content=CONTENT)


async def test_a_rate_limit_of_the_bytes_says_how_long(office: Office) -> None:
    office.workspace.refuse("upload_url", "ratelimited", status=429, retry_after=7)

    with pytest.raises(TryLater) as later:
        await send(office.services, name="inc-7.md", content=CONTENT)

    assert (later.value.after, later.value.is_undone) == (7, True)


async def test_bytes_that_are_refused_are_not_tried_again(office: Office) -> None:
    office.workspace.refuse("upload_url", "not these", status=400)

    with pytest.raises(Refused) as refused:
        await send(office.services, name="inc-7.md", content=CONTENT)

    assert (refused.value.method, refused.value.error, refused.value.detail) == (
        "upload",
        "HTTP 400",
        "not these",
    )


async def test_slow_bytes_are_given_up_without_naming_their_secret_address(office: Office) -> None:
    office.services.slack.client.timeout = 1
    office.workspace.slow("upload_url", 1.2)

    with pytest.raises(TryLater) as later:
        await send(office.services, name="inc-7.md", content=CONTENT)

    assert str(later.value) == "upload: TimeoutError"
