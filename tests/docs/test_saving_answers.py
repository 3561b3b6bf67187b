"""The commands that save a tool's answers, run as the page has them, against a server with pages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.imports.tools.fields import Clock
from bot.imports.tools.importing import READERS
from bot.imports.tools.incident import ToolIncident
from storage.vocabulary import Origin
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "how-to" / "come-from-another-tool.md"
SAVED = ROOT / "tests" / "data" / "other_tools"
KEY = "a-secret-key"
HEADINGS = {
    Origin.OPSGENIE: "Opsgenie",
    Origin.INCIDENT_IO: "incident.io",
    Origin.PAGERDUTY: "PagerDuty",
    Origin.STATUSPAGE: "Statuspage",
}
AUTHORIZED = {
    Origin.OPSGENIE: f"GenieKey {KEY}",
    Origin.INCIDENT_IO: f"Bearer {KEY}",
    Origin.PAGERDUTY: f"Token token={KEY}",
    Origin.STATUSPAGE: f"OAuth {KEY}",
}
ENVIRONMENT = {
    "OPSGENIE_KEY": KEY,
    "INCIDENT_IO_KEY": KEY,
    "PAGERDUTY_KEY": KEY,
    "STATUSPAGE_KEY": KEY,
    "STATUSPAGE_PAGE": "gytm4qzbx9t6",
    "POSTMORTEMS": "4e4b3a71-1fa4-47fb-9b27-23dcbde566a5",
    "SINCE": "2026-09-01",
}
pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "jq"))), reason="bash, curl and jq are not here"
)

Query = dict[str, str]


def saved(*path: str) -> Any:
    file = SAVED.joinpath(*path)
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def opsgenie(path: str, query: Query, address: str) -> Any:
    """Lists one entry a page, as `paging.next` leads on."""
    parts = path.strip("/").split("/")
    if parts[-1] == "incidents" or parts[-1] == "alerts":
        rows, place = saved("opsgenie", parts[-1], "0.json")["data"], int(query.get("offset", "0"))
        following = f"{address}{path}?offset={place + 1}&limit=1" if place + 1 < len(rows) else None
        return {"data": rows[place : place + 1], "paging": {"next": following} if following else {}}
    if parts[1] == "incident-timelines":
        return saved("opsgenie", "timelines", f"{parts[2]}.json") or {"data": {"entries": []}}
    if parts[1] == "postmortem":
        return saved("opsgenie", "postmortems", f"{parts[2]}.json")
    return saved("opsgenie", parts[-1], f"{parts[2]}.json") or {"data": [], "paging": {}}


def incident_io(path: str, query: Query, address: str) -> Any:
    """Lists one entry a page, and the last one says `after` too."""
    name, about = path.strip("/").split("/")[1], query.get("incident_id", "")
    if name == "incidents":
        rows = saved("incidentio", "incidents", "1.json")["incidents"]
        after = query.get("after")
        place = 1 + [row["id"] for row in rows].index(after) if after else 0
        some = rows[place : place + 1]
        return {"incidents": some, "pagination_meta": {"after": some[-1]["id"]} if some else {}}
    if path.endswith("/content"):
        return saved("incidentio", "contents", f"{path.split('/')[-2]}.json")
    folder = {"incident_updates": "updates", "follow_ups": "follow_ups"}.get(name, "postmortems")
    return saved("incidentio", folder, f"{about}.json") or {name: [], "pagination_meta": {"page_size": 25}}


def pagerduty(path: str, query: Query, address: str) -> Any:
    """Incidents of the time that is asked for; a log of one entry a page."""
    parts = path.strip("/").split("/")
    if len(parts) == 1:
        rows = saved("pagerduty", "incidents", "0.json")["incidents"]
        some = [row for row in rows if query["since"] <= row["created_at"] < query["until"]]
        return {"incidents": some, "more": False}
    if parts[2] == "log_entries":
        rows, place = (
            saved("pagerduty", "log_entries", f"{parts[1]}.json")["log_entries"],
            int(query["offset"]),
        )
        return {"log_entries": rows[place // 100 : place // 100 + 1], "more": place // 100 + 1 < len(rows)}
    return saved("pagerduty", parts[2], f"{parts[1]}.json")


def statuspage(path: str, query: Query, address: str) -> Any:
    return saved("statuspage", "incidents", "1.json") if query["page"] == "1" else []


ANSWERS: dict[Origin, Callable[[str, Query, str], Any]] = {
    Origin.OPSGENIE: opsgenie,
    Origin.INCIDENT_IO: incident_io,
    Origin.PAGERDUTY: pagerduty,
    Origin.STATUSPAGE: statuspage,
}


class Serving(ThreadingHTTPServer):
    """A server that knows its address."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """A tool's API; whoever does not give the key is refused."""
    origin: Origin = request.param

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(asked.query).items()}
            is_let_in = self.headers.get("Authorization") == AUTHORIZED[origin]
            answer = ANSWERS[origin](asked.path, query, served.address) if is_let_in else None
            self.send_response(404 if answer is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    served = Serving(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield served.address
    served.shutdown()
    served.server_close()
    thread.join()


def commands(origin: Origin) -> str:
    """The shell blocks below the tool's heading."""
    below = PAGE.read_text(encoding="utf-8").split(f"\n### {HEADINGS[origin]}\n")[1].split("\n### ")[0]
    return "\n".join(re.findall(r"```bash\n(.*?)```", below, re.DOTALL))


def read(origin: Origin, root: Path) -> dict[str, ToolIncident]:
    return {one.original_id: one for one in READERS[origin](root, Clock()).incidents}


@pytest.mark.parametrize(
    ("server", "origin"), [(one, one) for one in ANSWERS], indirect=["server"], ids=[*ANSWERS]
)
def test_what_the_commands_save_is_read_like_the_answers_themselves(
    server: str, origin: Origin, tmp_path: Path
) -> None:
    name = {Origin.INCIDENT_IO: "INCIDENT_IO_API"}.get(origin, f"{origin.upper()}_API")
    done = subprocess.run(
        ["bash", "-eu", "-c", commands(origin)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **ENVIRONMENT, name: server},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert read(origin, tmp_path / origin.value) == read(origin, SAVED / origin.value)
