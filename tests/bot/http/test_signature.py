"""Who signed a request, and when."""

from __future__ import annotations

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from bot.http.signature import GOOD_FOR, is_signed, signature_of

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = b"token=x&command=%2Fincident&text=caf%C3%A9"
NOW = 1_531_420_618


def headers(said_at: str = str(NOW), body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return {
        "x-slack-request-timestamp": said_at,
        "x-slack-signature": signature_of(secret, said_at, body),
    }


def test_slacks_own_example_is_signed_as_slack_signs_it() -> None:
    # docs.slack.dev/authentication/verifying-requests-from-slack
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
        b"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )

    assert signature_of("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


def test_it_is_what_the_sdk_signs() -> None:
    class Then(Clock):
        def now(self) -> float:
            return NOW

    said = headers()
    sdk = SignatureVerifier(SECRET, Then())

    assert sdk.is_valid(BODY, said["x-slack-request-timestamp"], said["x-slack-signature"])


@pytest.mark.parametrize("late", [0, GOOD_FOR, -GOOD_FOR, 120.5])
def test_a_signature_is_good_for_five_minutes_both_ways(late: float) -> None:
    assert is_signed(SECRET, headers(), BODY, NOW + late)


@pytest.mark.parametrize(
    ("said", "body"),
    [
        pytest.param(headers(str(NOW - GOOD_FOR - 1)), BODY, id="replayed later"),
        pytest.param(headers(str(NOW + GOOD_FOR + 1)), BODY, id="from the future"),
        pytest.param(headers(secret="another0another0"), BODY, id="another app's"),
        pytest.param(headers(), BODY + b"&user_id=U2", id="changed"),
        pytest.param(headers() | {"x-slack-request-timestamp": str(NOW - 1)}, BODY, id="another time"),
        pytest.param({}, BODY, id="unsigned"),
        pytest.param({"x-slack-request-timestamp": str(NOW)}, BODY, id="a time alone"),
        pytest.param(headers() | {"x-slack-signature": "v0=é\udcff"}, BODY, id="no ASCII"),
        pytest.param(
            headers() | {"x-slack-signature": "v1" + headers()["x-slack-signature"][2:]}, BODY, id="v1"
        ),
        *(
            pytest.param(headers(no_time), BODY, id=repr(no_time[:9]))
            for no_time in (
                "",
                "soon",
                "-1",
                "1e9",
                " 1531420618",
                "1531420618\n",
                "１５３１４２０６１８",
                "9" * 5000,
                "nan",
            )
        ),
    ],
)
def test_anything_else_is_refused(said: dict[str, str], body: bytes) -> None:
    assert not is_signed(SECRET, said, body, NOW)
