"""Tokens at rest open for their own workspace alone, and keys can be changed."""

from __future__ import annotations

import time

import pytest
from cryptography.fernet import Fernet

from bot.installations.token_box import STATE_HOLDS, CannotOpen, TokenBox

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TOKEN = "xoxb-1-hunter2"


def test_a_token_is_not_in_what_is_stored_and_comes_back() -> None:
    box = TokenBox([OLD])

    sealed = box.seal("T1", TOKEN)

    assert TOKEN not in sealed
    assert box.open("T1", sealed) == TOKEN


def test_a_token_of_another_workspace_does_not_open() -> None:
    box = TokenBox([OLD])

    with pytest.raises(CannotOpen):
        box.open("T2", box.seal("T1", TOKEN))


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(CannotOpen):
        TokenBox([NEW]).open("T1", TokenBox([OLD]).seal("T1", TOKEN))


def test_several_keys_open_and_the_first_seals() -> None:
    both, sealed = TokenBox([NEW, OLD]), TokenBox([OLD]).seal("T1", TOKEN)

    assert both.open("T1", sealed) == TOKEN
    assert not both.is_newest(sealed)
    again = both.seal("T1", TOKEN)
    assert both.is_newest(again)
    assert TokenBox([NEW]).open("T1", again) == TOKEN


def test_a_state_is_one_question_to_one_browser() -> None:
    box = TokenBox([OLD])
    first, second = box.new_state(), box.new_state()

    assert box.nonce_of(first, first) != box.nonce_of(second, second)
    with pytest.raises(CannotOpen):
        box.nonce_of(first, second)
    with pytest.raises(CannotOpen):
        box.nonce_of("", "")


def test_a_state_ends_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    box = TokenBox([OLD])
    state, now = box.new_state(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + STATE_HOLDS + 1)

    with pytest.raises(CannotOpen):
        box.nonce_of(state, state)


def test_a_sealed_token_is_no_state_and_a_state_no_token() -> None:
    box = TokenBox([OLD])
    sealed, state = box.seal("T1", TOKEN), box.new_state()

    with pytest.raises(CannotOpen):
        box.nonce_of(sealed, sealed)
    with pytest.raises(CannotOpen):
        box.open("T1", state)
