"""One Scribe per SQLite file; the second one is told so."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.instance_lock import InstanceLock, NotAlone

HOLD = """
import sys
from storage.instance_lock import InstanceLock

held = InstanceLock(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_told_what_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'scribe.db'}"
    first = InstanceLock(url)

    with pytest.raises(NotAlone, match="stop that one first, or let several share a PostgreSQL database"):
        InstanceLock(url)

    first.release()
    InstanceLock(url).release()


def test_the_same_file_under_another_name_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    first = InstanceLock(f"sqlite:///{tmp_path / 'scribe.db'}")

    with pytest.raises(NotAlone):
        InstanceLock(f"sqlite:///{tmp_path / 'link' / 'scribe.db'}")

    first.release()


def test_a_killed_process_leaves_nothing_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'scribe.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, url],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(NotAlone):
            InstanceLock(url)
        other.send_signal(signal.SIGKILL)
        other.wait()

    InstanceLock(url).release()


@pytest.mark.parametrize(
    "url", ["postgresql://scribe@db/scribe", "sqlite://", "sqlite:///:memory:", "nonsense"]
)
def test_other_databases_need_no_lock(url: str) -> None:
    first, second = InstanceLock(url), InstanceLock(url)

    first.release()
    second.release()
