"""What tools write of a deploy, as plain text on one line and in Scribe's words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.text.of_programs import one_line
from storage.vocabulary import DeployState

LONGEST_NAME, LONGEST_VERSION = 100, 100
SHORT_SHA = 7
STATES: Mapping[str, DeployState] = {
    **dict.fromkeys(
        ("started", "running", "in_progress", "in progress", "pending", "queued", "waiting", "requested"),
        DeployState.STARTED,
    ),
    **dict.fromkeys(
        ("succeeded", "success", "successful", "finished", "completed", "deployed", "done", "ok", "passed"),
        DeployState.SUCCEEDED,
    ),
    **dict.fromkeys(
        ("failed", "failure", "error", "canceled", "cancelled", "aborted", "timed_out", "startup_failure"),
        DeployState.FAILED,
    ),
}
"""The words of tools for how far a deploy is, in lower case."""
_SHA = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
_PREFIX = re.compile(r"refs/(?:heads|tags)/")


def named(text: str) -> str | None:
    """A name that a tool has for something; None where it has none."""
    return one_line(text, LONGEST_NAME) or None


def version_of(ref: str, sha: str) -> str | None:
    """`v1.4.2 (f95f852)` of a tag or branch and a commit, or what there is of them."""
    ref, short = _PREFIX.sub("", ref, count=1), sha[:SHORT_SHA] if _SHA.fullmatch(sha.lower()) else sha
    if not ref or (short and ref.lower().startswith(short.lower())):
        found = short or ref
    else:
        found = f"{ref} ({short})" if short else ref
    return one_line(found, LONGEST_VERSION) or None
