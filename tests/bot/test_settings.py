"""Settings: a wrong one is one clear line, and never a traceback."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.settings import (
    OfflineSettings,
    Settings,
    SettingsError,
    load_settings,
    offline_settings,
)
from storage.vocabulary import MarkSection

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither this machine's environment nor its .env has a say."""
    for name in Settings.model_fields:
        for spelled in (name, name.upper()):
            monkeypatch.delenv(spelled, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that works, to be changed."""
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def problems() -> list[str]:
    with pytest.raises(SettingsError) as wrong:
        load_settings()
    return wrong.value.lines


def test_two_tokens_are_enough(environment: pytest.MonkeyPatch) -> None:
    settings = load_settings()

    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite:///scribe.db"
    assert settings.severity_names == ("sev1", "sev2", "sev3", "sev4")
    assert settings.sections["pushpin"] == "timeline"


def test_a_signing_secret_instead_of_an_app_token_is_http_mode(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SLACK_SIGNING_SECRET", "8f742231b10e8888abcd99yyyzzz85a5")
    by_socket = load_settings()
    environment.setenv("SLACK_APP_TOKEN", "")
    environment.setenv("PORT", "")

    over_http = load_settings()

    assert (by_socket.serves_http, over_http.serves_http) == (False, True)
    assert (over_http.port, over_http.listen_on) == (None, "127.0.0.1")


def test_a_signing_secret_that_is_none_is_one_line_without_it(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SLACK_SIGNING_SECRET", "hunter2")

    (line,) = problems()

    assert line.startswith(
        "SLACK_SIGNING_SECRET is no signing secret, which has 32 letters and digits: copy it"
    )
    assert "hunter2" not in line


def test_settings_are_read_from_a_file_and_the_environment_wins(environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("TIMEZONE=Europe/Berlin\nLOG_LEVEL=DEBUG\nEDITOR=vi\n", encoding="utf-8")
    environment.setenv("LOG_LEVEL", "ERROR")

    settings = load_settings()

    assert settings.zone.key == "Europe/Berlin"
    assert settings.log_level == "ERROR"


def test_without_tokens_each_is_one_line_that_says_where_to_get_it() -> None:
    bot, app = problems()

    assert bot.startswith("SLACK_BOT_TOKEN is not set: copy it from your app's page")
    assert app.startswith("SLACK_APP_TOKEN is not set: make one on your app's page")


def test_commands_that_never_talk_to_slack_need_no_token() -> None:
    assert isinstance(offline_settings(), OfflineSettings)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-secret", "SLACK_BOT_TOKEN is no bot token, which starts with xoxb-:"),
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is not set: copy it from your app's page"),
        (
            "SLACK_APP_TOKEN",
            "xoxb-1-secret",
            "SLACK_APP_TOKEN is no app-level token, which starts with xapp-:",
        ),
        ("PORT", "http", "PORT must be a number from 1 to 65535; for example 3000"),
        ("PORT", "65536", "PORT must be a number from 1 to 65535; for example 3000"),
        ("LISTEN_ON", "localhost", "LISTEN_ON must be an IP address of this machine; for example 127.0.0.1"),
        ("SLACK_API_URL", "slack.com", "SLACK_API_URL is no address; leave it out, or for example https"),
        (
            "SLACK_BOT_TOKEN",
            "xoxb-secret '",
            "SLACK_BOT_TOKEN has characters that no token has: copy it whole",
        ),
        (
            "SLACK_APP_TOKEN",
            "xapp-secret\nx",
            "SLACK_APP_TOKEN has characters that no token has: copy it whole",
        ),
        ("SLACK_API_URL", "http://slack.test:port/", "SLACK_API_URL is no address; leave it out, or for"),
        ("DATABASE_URL", "postgres//scribe:secret@db", "DATABASE_URL is no database address; for example"),
        (
            "RETENTION_DAYS",
            "ninety",
            "RETENTION_DAYS must be a number of days from 0 to 36500; for example 90",
        ),
        ("RETENTION_DAYS", "-1", "RETENTION_DAYS must be a number of days from 0 to 36500; for example 90"),
        ("RETENTION_DAYS", "9" * 5000, "RETENTION_DAYS must be a number of days from 0 to 36500; for"),
        ("RATE_SCALE", "fast", "RATE_SCALE must be a number above 0; for example 1"),
        ("RATE_SCALE", "nan", "RATE_SCALE must be a number above 0; for example 1"),
        ("KEEP_DELETED", "perhaps", "KEEP_DELETED must be true or false; for example false"),
        ("POSTMORTEM_DUE_DAYS", "soon", "POSTMORTEM_DUE_DAYS must be numbers of days, one per severity; for"),
        ("SEVERITIES", "sev1,SEV1", "SEVERITIES names one of them twice; for example sev1,sev2,sev3"),
        ("TIMELINE_EMOJI", "📌", "TIMELINE_EMOJI must be the name between the colons, not the picture; for"),
        ("EXPORT_DIR", "/dev/null", "EXPORT_DIR names a file, not a folder; for example /srv/"),
        ("TIMEZONE", "Berlin", "TIMEZONE is no time zone; for example UTC or Europe/Berlin."),
        ("TIMEZONE", "../../etc/passwd", "TIMEZONE is no time zone; for example UTC or Europe/Berlin."),
        ("TIMEZONE", "", "TIMEZONE is no time zone; for example UTC or Europe/Berlin."),
        ("SCRIBE_CLOCK", "sundial", "SCRIBE_CLOCK must be 'system' or 'slack'."),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'."),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be 'text' or 'json'."),
        ("SEVERITIES", " , ", "SEVERITIES must be 1 to 100 names of at most 75 characters; for example sev1"),
        ("SEVERITIES", "s" * 76, "SEVERITIES must be 1 to 100 names of at most 75 characters"),
        ("ROOT_CAUSE_EMOJI", "", "ROOT_CAUSE_EMOJI must name an emoji; leave it out, or for example mag."),
        ("TIMELINE_EMOJI", ": :", "TIMELINE_EMOJI must name an emoji; leave it out, or for example pushpin."),
        ("CONFIRM_EMOJI", "tada,ok", "CONFIRM_EMOJI must name an emoji; leave it out, or for example white_"),
        ("LESSON_EMOJI", "bulb,+1", "LESSON_EMOJI names what people use to agree; choose another, or leave"),
        ("LESSON_EMOJI", "pushpin", "TIMELINE_EMOJI and LESSON_EMOJI both name pushpin; give each its own."),
        ("LESSON_EMOJI", "collision", "LESSON_EMOJI and IMPACT_EMOJI both name boom; give each its own."),
        (
            "CONFIRM_EMOJI",
            "pushpin",
            "TIMELINE_EMOJI and CONFIRM_EMOJI both name pushpin; give each its own.",
        ),
    ],
)
def test_a_wrong_setting_is_one_line(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    environment.setenv(name, value)

    (line,) = problems()

    assert line.startswith(said)
    assert line.endswith(".")
    assert "\n" not in line
    assert "secret" not in line


def test_every_problem_has_its_line(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SLACK_BOT_TOKEN", "hello")
    environment.setenv("TIMEZONE", "Berlin")
    environment.setenv("LOG_LEVEL", "LOUD")

    assert [line.split()[0] for line in sorted(problems())] == ["LOG_LEVEL", "SLACK_BOT_TOKEN", "TIMEZONE"]


def test_a_file_that_is_no_text_is_one_line(environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_bytes(b"TIMEZONE=\xff\xfe\x00")

    assert problems() == [".env is not UTF-8 text; save it as UTF-8."]


def test_a_file_that_cannot_be_read_is_one_line(
    environment: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").symlink_to("/proc/1/environ" if os.geteuid() else "/proc/self/mem")

    (line,) = problems()

    assert line.startswith(".env cannot be read (")


def test_what_is_secret_is_in_no_repr(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgresql://scribe:secret-3@db/scribe")
    environment.setenv("SLACK_BOT_TOKEN", "xoxb-secret-1")
    environment.setenv("SLACK_APP_TOKEN", "xapp-secret-2")

    assert "secret" not in repr(load_settings())


def test_a_token_may_have_been_copied_with_a_blank(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SLACK_BOT_TOKEN", " xoxb-1\r\n")

    assert load_settings().slack_bot_token == "xoxb-1"


OURS = 'name = "ours"\n[emoji]\nlesson = "owl"\n[[section]]\nheading = "H"\nquestion = "How {lesson}?"\n'


def test_the_marks_are_those_of_the_template(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(OURS, encoding="utf-8")
    environment.setenv("TEMPLATES_DIR", str(tmp_path))
    environment.setenv("TEMPLATE", "ours")

    settings = load_settings()

    assert settings.chosen_template.name == "ours"
    assert settings.sections["owl"] == "lesson"
    assert "bulb" not in settings.sections
    assert settings.emoji_names["lesson"] == "owl"
    assert settings.emoji_names["impact"] == "boom", "what the template says nothing of stays"


def test_a_setting_wins_over_the_template(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(OURS, encoding="utf-8")
    environment.setenv("TEMPLATES_DIR", str(tmp_path))
    environment.setenv("TEMPLATE", "ours")
    environment.setenv("LESSON_EMOJI", "bulb")

    settings = load_settings()

    assert settings.emoji_names["lesson"] == "bulb"
    assert "owl" not in settings.sections


def test_an_emoji_of_the_template_and_one_that_is_set_may_not_be_the_same(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ours.toml").write_text(OURS, encoding="utf-8")
    environment.setenv("TEMPLATES_DIR", str(tmp_path))
    environment.setenv("TEMPLATE", "ours")
    environment.setenv("IMPACT_EMOJI", "owl")

    assert problems() == ["LESSON_EMOJI and IMPACT_EMOJI both name owl; give each its own."]


@pytest.mark.parametrize(
    ("template", "text", "said"),
    [
        (
            "nonesuch",
            "",
            "TEMPLATE cannot be used: There is no template called 'nonesuch'; "
            "there are atlassian, classic, customer, kehoe, ours, pagerduty, short, sre.",
        ),
        (
            "ours",
            OURS.replace("heading", "head"),
            "TEMPLATE cannot be used: ours.toml, line 5, `section[0].head`: there is no such key; "
            "did you mean 'heading'?",
        ),
    ],
)
def test_a_template_that_cannot_be_used_ends_the_start_with_one_line(
    environment: pytest.MonkeyPatch, tmp_path: Path, template: str, text: str, said: str
) -> None:
    (tmp_path / "ours.toml").write_text(text or OURS, encoding="utf-8")
    environment.setenv("TEMPLATES_DIR", str(tmp_path))
    environment.setenv("TEMPLATE", template)

    assert problems() == [said]


def test_a_folder_of_templates_has_to_be_there(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TEMPLATES_DIR", "nowhere")

    assert problems() == ["TEMPLATES_DIR names no folder: nowhere."]


def test_every_mark_has_its_setting() -> None:
    assert {f"{mark}_emoji" for mark in MarkSection} <= Settings.model_fields.keys()


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_the_command_line_says_it_without_a_traceback(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("TIMEZONE", "Berlin")

    ended = CliRunner().invoke(cli.app, [command])

    assert ended.exit_code == 1
    assert "TIMEZONE is no time zone" in ended.output
    assert "Traceback" not in ended.output


@pytest.mark.parametrize("value", ["https://slack.test/api", "https://slack.test/api/"])
def test_an_address_ends_in_one_slash(environment: pytest.MonkeyPatch, value: str) -> None:
    environment.setenv("SLACK_API_URL", value)

    assert load_settings().slack_api_url == "https://slack.test/api/"


def test_severities_are_names_between_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEVERITIES", " minor, major ,, critical")

    assert load_settings().severity_names == ("minor", "major", "critical")


def test_an_emoji_may_be_written_with_its_colons(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TIMELINE_EMOJI", ":clock3:, :round_pushpin:")
    environment.setenv("CONFIRM_EMOJI", ":ok:")

    settings = load_settings()

    assert {emoji for emoji, section in settings.sections.items() if section == "timeline"} == {
        "clock3",
        "round_pushpin",
    }
    assert settings.emoji_names["timeline"] == "clock3"
    assert settings.confirm_emoji == "ok"


@pytest.mark.parametrize("written", ["boom", "collision"])
def test_both_names_of_an_emoji_are_heard_whichever_was_set(
    environment: pytest.MonkeyPatch, written: str
) -> None:
    environment.setenv("IMPACT_EMOJI", written)

    sections = load_settings().sections

    assert sections["boom"] == sections["collision"] == "impact"
    assert load_settings().emoji_names["impact"] == written


def test_another_emoji_takes_the_place_of_the_first(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TIMELINE_EMOJI", "clock3")

    assert "pushpin" not in load_settings().sections


def test_the_example_file_is_settings_that_exist() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    named = {
        line.lstrip("# ").partition("=")[0]
        for line in example.read_text(encoding="utf-8").splitlines()
        if "=" in line and line.lstrip("# ").partition("=")[0].isupper()
    }

    named = {"INVITE" if name.startswith("INVITE_") else name for name in named}  # one for each severity
    assert named == {name.upper() for name in Settings.model_fields}


# --- many workspaces ------------------------------------------------------------------------------------

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
FOR_MANY = {
    "SLACK_CLIENT_ID": "123.456",
    "SLACK_CLIENT_SECRET": "0123456789abcdef0123456789abcdef",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "TOKENS_KEY": KEY,
}


@pytest.fixture
def for_many(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment of a Scribe that workspaces install."""
    for name, value in FOR_MANY.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_client_id_instead_of_tokens_serves_many_workspaces_over_http(for_many: pytest.MonkeyPatch) -> None:
    settings = load_settings()

    assert settings.serves_many and settings.serves_http
    assert settings.token_keys == [KEY]


def test_keys_may_stand_in_a_file_of_several(for_many: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = KEY.replace("MDE", "MDI")
    (tmp_path / "keys").write_text(f"{other}\n{KEY}\n", "utf-8")
    for_many.delenv("TOKENS_KEY")
    for_many.setenv("TOKENS_KEY_FILE", str(tmp_path / "keys"))

    assert load_settings().token_keys == [other, KEY]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is not set: copy it"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is not set: copy it"),
        ({"TOKENS_KEY": ""}, "TOKENS_KEY is not set: python -c"),
        ({"TOKENS_KEY": "short"}, "TOKENS_KEY holds what is no key"),
        ({"TOKENS_KEY_FILE": "nowhere"}, "TOKENS_KEY and TOKENS_KEY_FILE are both set"),
        ({"TOKENS_KEY": "", "TOKENS_KEY_FILE": "nowhere"}, "TOKENS_KEY_FILE cannot be read"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN is for one workspace"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN is for one workspace"),
        ({"SLACK_CLIENT_ID": "A012"}, "SLACK_CLIENT_ID is no client ID"),
        ({"SLACK_CLIENT_SECRET": "a b"}, "SLACK_CLIENT_SECRET is no client secret"),
        ({"SCRIBE_CLOCK": "slack"}, "SCRIBE_CLOCK=slack is for one workspace"),
        ({"HOOKS_TOKEN": "0123456789abcdef0"}, "HOOKS_TOKEN is for one workspace"),
        (
            {"GITHUB_TOKEN": "ghp_0123456789ab", "GITHUB_REPOSITORY": "acme/shop"},
            "GITHUB_TOKEN is for one workspace",
        ),
    ],
)
def test_what_many_workspaces_need_is_one_line(
    for_many: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    for name, value in changed.items():
        for_many.setenv(name, value)

    (line,) = problems()

    assert line.startswith(said)
    assert "0123456789abcdef" not in line


def test_what_is_secret_of_many_is_in_no_repr(for_many: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    shown = f"{settings!r} {settings.token_keys and settings!r}"

    assert [FOR_MANY[name] for name in FOR_MANY if FOR_MANY[name] in shown] == [FOR_MANY["SLACK_CLIENT_ID"]]


def test_a_client_secret_alone_is_not_enough(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SLACK_CLIENT_SECRET", FOR_MANY["SLACK_CLIENT_SECRET"])

    assert problems()[0].startswith("SLACK_CLIENT_ID is not set: copy it")


def test_what_the_usual_severities_mean_is_known_without_a_setting(environment: pytest.MonkeyPatch) -> None:
    meanings = [load_settings().meaning_of(name) for name in load_settings().severity_names]

    assert all(meanings)
    assert len(set(meanings)) == 4


def test_a_teams_own_severities_mean_what_it_says(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEVERITIES", "red, yellow, green")
    assert load_settings().meaning_of("red") is None

    environment.setenv("SEVERITY_MEANINGS", "Customers cannot work; ; A  small fault")
    loaded = load_settings()

    assert [loaded.meaning_of(name) for name in loaded.severity_names] == [
        "Customers cannot work",
        None,
        "A small fault",
    ]
    assert loaded.meaning_of("sev1") is None


def test_roles_are_the_teams_own_and_commander_is_one_of_them(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ROLES", "Commander, liaison")

    assert load_settings().role_names == ("commander", "liaison")


def test_updates_are_due_by_severity_and_0_reminds_nobody(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("UPDATE_MINUTES", "15, 45, 0")
    settings = load_settings()

    due = [settings.update_due_in(one) for one in ("sev1", "sev2", "sev3", "sev4", None)]

    assert due == [timedelta(minutes=15), timedelta(minutes=45), None, None, None]


def test_stages_and_the_channel_of_announcements_are_read_as_people_write_them(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("STAGES", "Triage, Fixing  it")
    environment.setenv("ANNOUNCE_CHANNEL", " #störungen-überall ")
    environment.setenv("SILENT_HOURS", "0")
    settings = load_settings()

    assert settings.stage_names == ("triage", "fixing it")
    assert settings.announce_channel == "störungen-überall"
    assert settings.silent_after is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STAGES", ",".join("abcdefghij"), "STAGES must be 1 to 9 names"),
        ("STAGES", "triage,resolved", "STAGES must name each stage once, and none of open, resolved"),
        ("UPDATE_MINUTES", "30,soon", "UPDATE_MINUTES must be numbers of minutes"),
        ("SILENT_HOURS", "-1", "SILENT_HOURS must be a number of hours from 0 to 720"),
        ("ANNOUNCE_CHANNEL", "#incidents,#ops", "ANNOUNCE_CHANNEL must be one channel's name or id"),
        ("ROLES", "liaison,scribe", "ROLES must name commander"),
        ("ROLES", "commander,second in command", "ROLES must be words of letters"),
        ("ROLES", "commander,scribe,Scribe", "ROLES must name commander, each role once"),
        ("SEVERITY_MEANINGS", "x" * 76, "SEVERITY_MEANINGS must be sentences of at most 75 characters"),
        ("SEVERITY_MEANINGS", "a;b;c;d;e", "SEVERITY_MEANINGS has more meanings than SEVERITIES has names"),
    ],
)
def test_a_wrong_word_of_the_teams_is_one_clear_line(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    environment.setenv(name, value)

    with pytest.raises(SettingsError) as problem:
        load_settings()

    assert problem.value.lines[0].startswith(said)


def test_whom_to_invite_is_set_for_each_severity(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEVERITIES", "Major outage, minor")
    environment.setenv("INVITE_MAJOR_OUTAGE", "@oncall, #ops-leads,U0ANA")

    loaded = load_settings()

    assert loaded.invited_for("Major outage") == ["@oncall", "#ops-leads", "U0ANA"]
    assert loaded.invited_for("minor") == loaded.invited_for(None) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("INVITE_SEV9", "@oncall", "INVITE_SEV9 is for none of SEVERITIES, which are sev1,sev2,sev3,sev4."),
        ("INVITE_SEV1", "oncall", "INVITE_SEV1 must name people, groups and channels"),
        ("INVITE_SEV1", "<!channel>", "INVITE_SEV1 must name people, groups and channels"),
    ],
)
def test_whom_nobody_can_invite_is_one_line(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    environment.setenv(name, value)

    with pytest.raises(SettingsError) as problem:
        load_settings()

    assert len(problem.value.lines) == 1
    assert problem.value.lines[0].startswith(said)
