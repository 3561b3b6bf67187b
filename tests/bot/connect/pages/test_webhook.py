"""Pages sent to any address: signed as Standard Webhooks define, by one id for each publication."""

from __future__ import annotations

import pytest

from bot.connect.pages.webhook import WebhookPages, signed
from bot.settings.pages import PageSettings
from bot.settings.pages.webhook import WebhookPageSettings
from bot.slack.calls import RefusedByTracker, TryLater
from tests.bot.connect.pages.made import NEW, again
from tests.webhook_server import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def host(url: str, secret: str = SECRET) -> WebhookPages:
    return WebhookPages(
        PageSettings(_env_file=None, webhook_pages_url=url, webhook_pages_secret=secret)  # type: ignore[call-arg]
    )


def test_the_signature_is_that_of_the_specifications_example() -> None:
    """github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, and its libraries' tests."""
    settings = WebhookPageSettings(webhook_pages_secret=SECRET)

    headers = signed(
        settings.webhook_pages_key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_each_publication_is_a_call_of_its_own_and_its_link_is_taken() -> None:
    async with Receiver(SECRET, "https://wiki.example.com/7") as receiver:
        pages = host(receiver.url)
        made = await pages.create(NEW)
        written = await pages.update(again(made))
        await pages.close()

    assert made.url == "https://wiki.example.com/7"
    assert list(receiver.taken) == [NEW.stamp, again(made).stamp]
    told = receiver.taken[NEW.stamp]
    assert told["type"] == "postmortem.published"
    assert told["data"]["incident"] == "INC-12"
    assert told["data"]["markdown"] == NEW.markdown
    assert written.version == again(made).stamp


async def test_the_same_publication_again_has_the_same_id() -> None:
    async with Receiver(SECRET) as receiver:
        receiver.faults = [0]
        pages = host(receiver.url)
        with pytest.raises(TryLater) as lost:
            await pages.create(NEW)
        await pages.create(NEW)
        await pages.close()

    assert not lost.value.is_undone
    assert receiver.again == [NEW.stamp]
    assert len(receiver.taken) == 1


@pytest.mark.parametrize(("status", "kind"), [(503, TryLater), (429, TryLater), (400, RefusedByTracker)])
async def test_what_it_answers_is_taken_at_its_word(status: int, kind: type[Exception]) -> None:
    async with Receiver(SECRET) as receiver:
        receiver.faults = [status]
        pages = host(receiver.url)
        with pytest.raises(kind):
            await pages.create(NEW)
        await pages.close()


async def test_a_check_sends_a_call_with_nothing_in_it_and_another_secret_is_refused() -> None:
    async with Receiver(SECRET) as receiver:
        pages, other = host(receiver.url), host(receiver.url, "whsec_" + "AAAA" * 8)
        assert await pages.check() == ["it took a signed call of the type scribe.check"]
        with pytest.raises(RefusedByTracker, match="the signature is not ours"):
            await other.check()
        await pages.close()
        await other.close()

    assert [one["data"] for one in receiver.taken.values()] == [{}]


@pytest.mark.parametrize(
    ("url", "secret", "said"),
    [
        ("wiki.example.com", SECRET, "is no address"),
        ("https://wiki.example.com/x", "", "WEBHOOK_PAGES_SECRET is not"),
        ("https://wiki.example.com/x", "whsec_short", "24 to 64 bytes"),
        ("https://wiki.example.com/x", "a" * 40, "must be whsec_"),
    ],
)
def test_settings_that_cannot_work_are_a_sentence(url: str, secret: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        host(url, secret)
