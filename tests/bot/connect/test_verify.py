"""Who may tell Scribe something: known answers of the signature, and the token in either way it is sent."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from bot.connect.grafana import SIGNATURE, TIME
from bot.connect.verify import GOOD_FOR, SignedCheck, TokenCheck, Verdict

VECTORS = json.loads((Path(__file__).parent / "examples" / "grafana-signatures.json").read_text("utf-8"))
SIGNED = next(one for one in VECTORS["vectors"] if "X-Grafana-Alerting-Timestamp" in one["headers"])
HEADERS = {name.lower(): value for name, value in SIGNED["headers"].items()}
BODY = SIGNED["raw_body"].encode()
SAID_AT = int(HEADERS[TIME])
CHECK = SignedCheck(SIGNED["secret"], SIGNATURE, TIME)


def test_a_signature_as_grafana_makes_it_is_known() -> None:
    assert CHECK(HEADERS, None, SAID_AT) is Verdict.BODY_NEEDED
    assert CHECK(HEADERS, BODY, SAID_AT) is Verdict.OURS


@pytest.mark.parametrize("place", [0, len(BODY) // 2, len(BODY) - 1])
def test_one_other_byte_is_another_body(place: int) -> None:
    other = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]

    assert CHECK(HEADERS, other, SAID_AT) is Verdict.NOT_OURS


@pytest.mark.parametrize("seconds", [-GOOD_FOR - 1, GOOD_FOR + 1])
def test_a_recorded_one_is_refused_after_five_minutes(seconds: int) -> None:
    assert CHECK(HEADERS, BODY, SAID_AT + seconds) is Verdict.NOT_OURS


@pytest.mark.parametrize("missing", [SIGNATURE, TIME])
def test_without_its_headers_it_is_nobodys(missing: str) -> None:
    left = {name: value for name, value in HEADERS.items() if name != missing}

    assert CHECK(left, BODY, SAID_AT) is Verdict.NOT_OURS


def test_another_time_is_not_what_was_signed() -> None:
    assert CHECK({**HEADERS, TIME: str(SAID_AT + 1)}, BODY, SAID_AT) is Verdict.NOT_OURS


def basic(named: str) -> str:
    return "Basic " + base64.b64encode(named.encode()).decode()


@pytest.mark.parametrize(
    "given",
    [
        "Bearer sesame-sesame-1",
        "bearer  sesame-sesame-1",
        basic("anybody:sesame-sesame-1"),
        basic(":sesame-sesame-1"),
    ],
)
def test_the_token_comes_as_bearer_or_as_a_password(given: str) -> None:
    assert TokenCheck("sesame-sesame-1")({"authorization": given}, None, 0) is Verdict.OURS


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer sesame-sesame-2",
        "Bearer sesame",
        basic("sesame-sesame-1"),
        "Basic %%%",
        "Digest sesame-sesame-1",
        "sesame-sesame-1",
        "Bearer \udcff",
    ],
)
def test_anything_else_is_nobodys(given: str) -> None:
    assert TokenCheck("sesame-sesame-1")({"authorization": given}, None, 0) is Verdict.NOT_OURS


def test_no_token_lets_nobody_in() -> None:
    assert TokenCheck("")({"authorization": "Bearer "}, None, 0) is Verdict.NOT_OURS
    assert TokenCheck("")({}, None, 0) is Verdict.NOT_OURS
