"""Settings of the repository and the webhook: what is wrong is a sentence, and many workspaces have none."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.cli.shared import console
from bot.settings import Settings
from bot.settings.pages import PAGE_HOSTS, PageSettings
from tests.bot.test_cli import empty_folder, said
from tests.git_server import BareRepository

__all__ = ["empty_folder"]
URL = "https://git.example.com/acme/pages.git"


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "ssh://git@git.example.com:2222/acme/pages.git",
        "git@git.example.com:acme/pages.git",
        "/srv/git/pages.git",
        "file:///srv/git/pages.git",
    ],
)
def test_a_repository_has_an_address_of_https_or_ssh_or_a_path(url: str) -> None:
    (choice,) = PageSettings(_env_file=None, git_pages_url=url).page_hosts  # type: ignore[call-arg]

    assert (choice.name, choice.title, choice.place) == ("git", "Git", url)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"git_pages_url": "git.example.com"}, "is no address of a repository"),
        ({"git_pages_url": "ext::sh -c true"}, "is no address of a repository"),
        ({"git_pages_url": "--upload-pack=true"}, "is no address of a repository"),
        ({"git_pages_url": "https://me:secret@git.example.com/x.git"}, "must not hold a name or a token"),
        ({"git_pages_url": URL, "git_pages_branch": "a..b"}, "is no branch"),
        ({"git_pages_url": URL, "git_pages_folder": "../up"}, "is no folder within the repository"),
        ({"git_pages_url": URL, "git_pages_author": "Scribe"}, "must be a name and an address"),
        ({"git_pages_url": URL, "git_pages_ssh_key": "missing"}, "names no file"),
        ({"git_pages_url": "git@h:x", "git_pages_token": "a-token"}, "goes with an address of https"),
        ({"git_pages_token": "a-token"}, "GIT_PAGES_URL is not"),
        ({"git_pages_url": URL, "git_pages_link": "javascript:x"}, "is no address"),
    ],
)
def test_what_cannot_work_is_a_sentence(given: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as problem:
        PageSettings(_env_file=None, **given)  # type: ignore[arg-type]

    assert "me:secret" not in str(problem.value.errors(include_input=False))


def test_a_scribe_for_many_workspaces_has_no_pages() -> None:
    with pytest.raises(ValidationError, match=f"{PAGE_HOSTS['git']} is for one workspace"):
        Settings(
            _env_file=None,
            slack_bot_token="",
            slack_app_token="",
            slack_client_id="1.2",
            slack_client_secret="a" * 32,
            slack_signing_secret="b" * 32,
            tokens_key="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            git_pages_url=URL,
        )


def test_the_list_and_the_check_say_what_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_width", 200)
    bare = BareRepository.make(tmp_path / "pages.git")
    assert "GIT_PAGES_URL is not set" in said("connect", "check", "git")
    monkeypatch.setenv("GIT_PAGES_URL", str(bare.path))

    assert "takes published post-mortems" in said("connect", "list", code=0)
    checked = said("connect", "check", "git", code=0)
    assert "the first page makes it" in checked
    assert "it may be written to" in checked
    assert bare.git("for-each-ref") == ""

    monkeypatch.setenv("GIT_PAGES_URL", str(tmp_path / "nowhere.git"))
    assert "does not appear to be a git repository" in said("connect", "check", "git")
