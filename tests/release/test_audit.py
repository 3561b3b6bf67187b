"""Whether anything locked is known to be vulnerable: asked of a server that answers as OSV does."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from release import ROOT
from release.audit import Advisory, CouldNotLook, advisories, main


class _Osv(BaseHTTPRequestHandler):
    """Knows one vulnerability, of tzlocal; https://google.github.io/osv.dev/post-v1-query/"""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = {
            "id": "PYSEC-2026-1",
            "summary": "made up",
            "affected": [
                {
                    "package": {"name": "tzlocal", "ecosystem": "PyPI"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
                }
            ],
        }
        body = json.dumps({"vulns": [known]} if asked["package"]["name"] == "tzlocal" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def osv() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Osv) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        serving.join()


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1/query"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "some.lock"
    file.write_text("".join(f"{name}==5.0 --hash=sha256:{'0' * 64}\n" for name in ("tzlocal", "yarl")))
    return file


def test_what_is_known_is_found(osv: str, lock: Path) -> None:
    assert advisories(lock, osv) == [Advisory("tzlocal", "5.0", "PYSEC-2026-1", ("99.0",))]


def test_where_nobody_answers_nothing_is_claimed(nobody: str, lock: Path) -> None:
    with pytest.raises(CouldNotLook):
        advisories(lock, nobody)


def test_it_fails_with_what_is_known_of_what_runs_scribe(
    osv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = main(["--osv-url", osv], ROOT)

    assert ended == 1
    assert "PYSEC-2026-1, fixed in 99.0" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "code"), [([], 0), (["--must-look"], 1)])
def test_it_says_that_it_could_not_look(
    nobody: str, words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = main(["--osv-url", nobody, *words], ROOT)

    said = capsys.readouterr()
    assert ended == code
    assert "NOT AUDITED" in said.err
    assert "vulnerable" not in said.out
