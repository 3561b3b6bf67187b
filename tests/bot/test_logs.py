"""A line of the log says what happened and to what, and not what people wrote."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import text

from bot import logs
from bot.metrics import LOG_LINES
from bot.settings import Settings
from bot.slack.calls import Refused
from storage.database import Database

WORDS = "the database password is on the wiki"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in logs.OURS}
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, standing in levels.items():
        logging.getLogger(name).setLevel(standing)


def configure(level: str = "INFO", log_format: str = "json") -> structlog.stdlib.BoundLogger:
    logs.configure(
        Settings(
            _env_file=None,
            slack_bot_token="xoxb-1",
            slack_app_token="xapp-1",
            log_level=level,
            log_format=log_format,
        )
    )
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("bot.somewhere")
    return logger


def failed() -> Exception:
    try:
        try:
            int(WORDS)
        except ValueError as problem:
            raise KeyError(WORDS) from problem
    except KeyError as problem:
        return problem


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_an_exception_is_told_by_its_kind_and_place(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    problem = failed()

    configure(log_format=log_format).error("listener.failed", why=problem, exc_info=problem)

    said = capsys.readouterr().err
    assert WORDS not in said
    assert "KeyError" in said and "ValueError" in said
    assert "test_logs.py" in said and "int(WORDS)" in said


def test_an_exception_that_is_being_handled_is_told_so_too(capsys: pytest.CaptureFixture[str]) -> None:
    logger = configure()
    try:
        int(WORDS)
    except ValueError:
        logger.exception("job.failed")

    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "job.failed"
    assert line["exception"].splitlines()[-1].startswith("ValueError (")
    assert WORDS not in line["exception"]


def test_a_group_of_exceptions_tells_each(capsys: pytest.CaptureFixture[str]) -> None:
    configure().error("job.failed", exc_info=ExceptionGroup(WORDS, [failed(), OSError("no space left")]))

    said = capsys.readouterr().err
    assert WORDS not in said
    assert "KeyError" in said and "OSError: no space left" in said


def test_at_debug_an_exception_says_all_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    problem = failed()

    configure("DEBUG").error("listener.failed", why=problem, exc_info=problem)

    said = json.loads(capsys.readouterr().err)
    assert WORDS in said["why"]
    assert WORDS in said["exception"]


def test_what_slack_answered_is_said_at_every_level(capsys: pytest.CaptureFixture[str]) -> None:
    configure().error("draft.refused", why=Refused("canvases.create", "restricted_action", {}))

    assert json.loads(capsys.readouterr().err)["why"] == "Refused: canvases.create: restricted_action"


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_other_peoples_libraries_speak_from_warning_on(
    capsys: pytest.CaptureFixture[str], level: str
) -> None:
    configure(level)
    for name in ("slack_sdk.web", "aiohttp.access", "sqlalchemy.engine", "multipart", "never.heard.of"):
        logging.getLogger(name).debug(WORDS)
        logging.getLogger(name).info(WORDS)
    logging.getLogger("never.heard.of").warning("the line is dead")

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "the line is dead"


def test_warnings_and_errors_are_counted_by_name_and_other_peoples_by_who_wrote_them() -> None:
    logger = configure()
    keys = [("warning", "recorder.full"), ("error", "outbox.refused"), ("warning", "never"), ("info", "x")]
    before = {key: LOG_LINES.values.get(key, 0) for key in keys}

    logger.warning("recorder.full", waiting=3)
    logger.error("outbox.refused")
    logger.info("x")
    logging.getLogger("never.heard.of").warning(WORDS)

    assert [LOG_LINES.values.get(key, 0) - before[key] for key in keys] == [1, 1, 1, 0]
    assert all(WORDS not in name for _, name in LOG_LINES.values)


async def test_the_database_names_no_value_it_refused(database_url: str) -> None:
    """Neither those of the statement nor the row that PostgreSQL quotes."""
    database = Database(database_url)
    statement = text("INSERT INTO person (team_id, user_id, name) VALUES ('T1', NULL, :name)")
    try:
        with pytest.raises(Exception) as caught:
            async with database.write() as session:
                await (await session.connection()).execute(statement, {"name": WORDS})
    finally:
        await database.close()

    whole = "".join(traceback.format_exception(caught.value))
    assert "IntegrityError" in whole
    assert WORDS not in whole
