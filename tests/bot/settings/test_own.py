"""`WORKSPACES_FILE`: each workspace has what its table says, and every mistake is told at once."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.settings import OfflineSettings, Settings, SettingsError, load_settings, offline_settings
from bot.settings.own import OF_ALL, OF_ONE
from tests.bot.settings.values import secrets, table_of, values_of

FOR_MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "TOKENS_KEY": "M" * 43 + "=",
}
Env = pytest.MonkeyPatch


@pytest.fixture
def env(monkeypatch: Env, tmp_path: Path) -> Env:
    """The environment of a Scribe that serves many, with a file for single ones of them."""
    for name in Settings.model_fields:
        for spelled in (name, name.upper()):
            monkeypatch.delenv(spelled, raising=False)
    monkeypatch.chdir(tmp_path)
    for name, value in {**FOR_MANY, "WORKSPACES_FILE": "workspaces.toml"}.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def told(text: str) -> list[str]:
    Path("workspaces.toml").write_text(text)
    with pytest.raises(SettingsError) as wrong:
        load_settings()
    return [line.removeprefix("WORKSPACES_FILE: ") for line in wrong.value.lines]


def loaded(text: str) -> Settings:
    Path("workspaces.toml").write_text(text)
    return load_settings()


def test_every_setting_is_one_workspaces_or_all_workspaces() -> None:
    assert sorted([*OF_ONE, *OF_ALL]) == sorted(Settings.model_fields)


def test_each_workspace_has_its_own_of_every_setting(env: Env, tmp_path: Path) -> None:
    texts = []
    values: dict[str, Mapping[str, str]] = {}
    for team_id, word in (("T1Q", "quagga"), ("T1O", "okapi")):
        values[team_id] = values_of(word, tmp_path / word)
        assert set(values[team_id]) == set(OF_ONE), "each setting of a workspace has a value to try"
        text, variables = table_of(team_id, values[team_id], word)
        texts.append(text)
        for name, value in variables.items():
            env.setenv(name, value)

    settings = loaded("\n".join(texts))

    quagga, okapi, others = settings.of("T1Q"), settings.of("T1O"), settings.of("T1X")
    assert others is settings
    for name in OF_ONE:
        of_each = [getattr(one, name) for one in (quagga, okapi, others)]
        assert of_each[0] != of_each[1], name
        assert others is settings and of_each[2] == Settings.model_fields[name].get_default(
            call_default_factory=True
        ), name
        if name not in ("invite", "keep_deleted", "notion_data_source", "notion_parent"):
            assert [str(value) for value in of_each[:2]] == [values[one][name] for one in ("T1Q", "T1O")]
    assert (quagga.invited_for("quagga1"), okapi.invited_for("okapi1")) == (["@quagga"], ["@okapi"])
    assert (quagga.keep_deleted, okapi.keep_deleted) == (False, True)
    for one, other in ((quagga, "okapi"), (okapi, "quagga")):
        shown = f"{one.model_dump()} {everything_of(one)}"
        assert other not in shown.lower().replace(str(tmp_path), "")


def everything_of(settings: Settings) -> str:
    """What is worked out of settings, by each of their properties."""
    found: list[Any] = []
    for name, one in inspect.getmembers(type(settings), lambda it: isinstance(it, property)):
        if not name.startswith(("model_", "_")) and one.fget is not None:
            found.append(getattr(settings, name))
    shown = [dataclasses.asdict(one) if dataclasses.is_dataclass(one) else one for one in found]  # type: ignore[arg-type]
    return str(shown)


def test_what_a_table_leaves_out_is_as_the_environment_says(env: Env) -> None:
    env.setenv("SEVERITIES", "high,low")
    env.setenv("INVITE_HIGH", "@oncall")
    env.setenv("TIMEZONE", "Europe/Berlin")
    env.setenv("DATABASE_URL", "sqlite:///of-all.db")

    own = loaded('[T1A]\nINVITE_LOW = "@desk"\nSILENT_HOURS = 2\nKEEP_DELETED = true\n').of("T1A")

    assert own.severity_names == ("high", "low")
    assert (own.invited_for("high"), own.invited_for("low")) == (["@oncall"], ["@desk"])
    assert (own.timezone, own.silent_hours, own.keep_deleted) == ("Europe/Berlin", 2, True)
    assert (own.database_url, own.slack_client_id) == ("sqlite:///of-all.db", "1.2")


def test_who_has_other_severities_takes_nothing_that_is_set_for_the_others_by_name(env: Env) -> None:
    env.setenv("SEVERITIES", "high,low,none")
    env.setenv("SEVERITY_MEANINGS", "All hands; Today; Never")
    env.setenv("INVITE_HIGH", "@oncall")
    env.setenv("INVITE_ALERT", "@robots")

    own = loaded('[T1A]\nSEVERITIES = "low,tiny"\n').of("T1A")

    assert [own.meaning_of(name) for name in own.severity_names] == [None, None]
    assert own.invite == {"alert": "@robots"}


def test_a_workspace_goes_by_its_table_else_by_its_organizations(env: Env) -> None:
    settings = loaded('[E1A]\nSTAGES = "seen"\nROLES = "commander,lead"\n[T1A]\nSTAGES = "heard"\n')

    assert settings.of("T1A", "E1A").stage_names == ("heard",)
    assert settings.of("T1A", "E1A").role_names == settings.role_names
    assert settings.of("T1B", "E1A").stage_names == ("seen",)
    assert settings.of("T1B", "E1B") is settings


def test_commands_without_slack_read_them_too(env: Env) -> None:
    Path("workspaces.toml").write_text('[T1A]\nSTAGES = "heard"\n')

    settings = offline_settings()

    assert type(settings) is OfflineSettings
    assert settings.of("T1A").stage_names == ("heard",)


def test_a_secret_is_in_a_variable_or_a_file_and_in_no_repr(env: Env, tmp_path: Path) -> None:
    env.setenv("ACME_JIRA", "jira-0123456789")
    Path(".env").write_text("ACME_LINEAR=linear-0123456789\n")
    (tmp_path / "github").write_text("github-0123456789\n")

    own = loaded(
        f'[T1A]\nGITHUB_TOKEN_FILE = "{tmp_path}/github"\nGITHUB_REPOSITORY = "acme/shop"\n'
        'JIRA_TOKEN_ENV = "ACME_JIRA"\nJIRA_URL = "https://acme.atlassian.net"\nJIRA_PROJECT = "OPS"\n'
        'LINEAR_TOKEN_ENV = "ACME_LINEAR"\nLINEAR_TEAM = "OPS"\n'
    ).of("T1A")

    assert (own.github_token, own.jira_token, own.linear_token) == (
        "github-0123456789",
        "jira-0123456789",
        "linear-0123456789",
    )
    assert "0123456789" not in repr(own)


def test_every_mistake_is_told_at_once_with_its_line_and_key(env: Env) -> None:
    assert told(
        '[T1A]\nSEVERITIES = "a,a"\nTIMEZONE = "Mars"\nSEVERITYS = "x"\nPORT = 3000\n'
        'GITHUB_TOKEN = "ghp_0123456789"\nJIRA_TOKEN_ENV = "NOWHERE"\nLINEAR_TOKEN_FILE = "nowhere"\n'
        "ROLES = []\nRETENTION_DAYS = -1\n"
        '[T1B]\nINVITE_SEV9 = "@oncall"\n[E1A]\nEXPORT_DIR = "x"\n[acme]\nSTAGES = "a"\n'
    ) == [
        "workspaces.toml, line 2, `T1A.SEVERITIES`: names one of them twice; for example sev1,sev2,sev3.",
        "workspaces.toml, line 3, `T1A.TIMEZONE`: is no time zone; for example UTC or Europe/Berlin.",
        "workspaces.toml, line 4, `T1A.SEVERITYS`: there is no such setting of a workspace; did you mean "
        "'SEVERITIES'?",
        "workspaces.toml, line 5, `T1A.PORT`: is one for all workspaces, and stands in the "
        "environment alone.",
        "workspaces.toml, line 6, `T1A.GITHUB_TOKEN`: is a secret, which stands in no file of settings: "
        'GITHUB_TOKEN_ENV = "ACME_GITHUB_TOKEN" names the variable that it is in, GITHUB_TOKEN_FILE a file.',
        "workspaces.toml, line 7, `T1A.JIRA_TOKEN_ENV`: no variable 'NOWHERE' is set in the environment, nor "
        "in .env.",
        "workspaces.toml, line 8, `T1A.LINEAR_TOKEN_FILE`: 'nowhere' cannot be read (No such file or "
        "directory).",
        "workspaces.toml, line 9, `T1A.ROLES`: a text is needed, as in the environment; for example "
        'SEVERITIES = "critical,major,minor".',
        "workspaces.toml, line 10, `T1A.RETENTION_DAYS`: must be a number of days from 0 to 36500; for "
        "example 90.",
        "workspaces.toml, line 11, `T1B`: INVITE_SEV9 is for none of SEVERITIES, which are "
        "sev1,sev2,sev3,sev4.",
        "workspaces.toml, line 14, `E1A.EXPORT_DIR`: is for one workspace, and stands in its table.",
        "workspaces.toml, line 15, `acme`: is no table of a workspace or an organization, by its id; for "
        'example [T0123ABCD], and on a line below it SEVERITIES = "critical,major,minor".',
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "workspaces.toml: there is no workspace in it; for example [T0123ABCD]"),
        ("[T1A", "workspaces.toml is not valid TOML"),
        ("STAGES = 1", "workspaces.toml, line 1, `STAGES`: is no table of a workspace"),
        ("[T1A]\nX = " + "[" * 5000 + "]" * 5000, "workspaces.toml is nested too deeply"),
        ("#" * 600_000, "workspaces.toml is larger than such files are; at most 512 KiB."),
        (
            '[T1A]\nEXPORT_DIR = "a"\n[T1B]\nEXPORT_DIR = "a/private"\n',
            "workspaces.toml, line 4, `T1B.EXPORT_DIR`: is a folder of T1A, whose incidents have the same "
            "numbers; name another.",
        ),
        (
            '[T1A]\nJIRA_TOKEN_ENV = "HOME"\nJIRA_TOKEN_FILE = "/dev/null"\n',
            "workspaces.toml, line 3, `T1A.JIRA_TOKEN_FILE`: JIRA_TOKEN_ENV is set as well; leave one",
        ),
        (
            '[T1A]\nHOOKS_TOKEN_ENV = "TOKENS_KEY"\n[T1B]\nGRAFANA_SECRET_ENV = "TOKENS_KEY"\n',
            "workspaces.toml, line 3, `T1B`: a hook has the same secret as one of T1A; give each its own.",
        ),
        (
            '[E1A]\nHOOKS_TOKEN_ENV = "TOKENS_KEY"\n',
            "workspaces.toml, line 2, `E1A.HOOKS_TOKEN_ENV`: is for one workspace, and stands in its table.",
        ),
        (
            '[T1A]\nTEMPLATE = "mine"\n',
            "workspaces.toml, line 1, `T1A`: TEMPLATE cannot be used: ",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(env: Env, text: str, line: str) -> None:
    assert told(text)[0].startswith(line)


def test_a_secret_that_is_wrong_is_not_shown(env: Env) -> None:
    env.setenv("ACME_JIRA", "hunter 2")

    lines = told('[T1A]\nJIRA_TOKEN_ENV = "ACME_JIRA"\n')

    assert lines == [
        "workspaces.toml, line 2, `T1A.JIRA_TOKEN_ENV`: what it names has characters that no token has: copy "
        "it whole, without blanks or quotes."
    ]


def test_no_such_file_is_one_line(env: Env) -> None:
    with pytest.raises(SettingsError) as wrong:
        load_settings()

    (line,) = wrong.value.lines
    assert line.startswith("WORKSPACES_FILE: workspaces.toml cannot be read (No such file or directory)")


def test_of_a_single_workspace_nothing_stands_there(env: Env) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        env.delenv(name)
    env.setenv("SLACK_BOT_TOKEN", "xoxb-1")

    (line,) = told('[T1A]\nSTAGES = "a"\n')

    assert line.startswith("WORKSPACES_FILE is for a Scribe of many workspaces")


def test_each_secret_may_be_named(env: Env) -> None:
    assert "github_token" in secrets() and "webhook_pages_url" in secrets()
