"""`deploy/compose.yaml`: what its schema does not know."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.deploy.files import DEPLOY, ROOT, SETTINGS, environment, stages

TEXT = (DEPLOY / "compose.yaml").read_text("utf-8")
SERVICES: dict[str, Any] = yaml.safe_load(TEXT)["services"]
SCRIBE = SERVICES["scribe"]


def test_it_builds_our_image() -> None:
    assert (DEPLOY / SCRIBE["build"]["context"]).resolve() == ROOT
    assert (ROOT / SCRIBE["build"]["dockerfile"]).is_file()


def test_what_it_sets_are_settings() -> None:
    assert SCRIBE["environment"].keys() <= SETTINGS
    assert (DEPLOY / SCRIBE["env_file"]).resolve() == ROOT / ".env"


def test_scribe_waits_for_its_database_and_reaches_it_by_its_name() -> None:
    (database,) = SCRIBE["depends_on"]
    assert SCRIBE["depends_on"][database]["condition"] == "service_healthy"
    assert "healthcheck" in SERVICES[database]
    assert (
        f"@{database}/{SERVICES[database]['environment']['POSTGRES_DB']}"
        in SCRIBE["environment"]["DATABASE_URL"]
    )


def test_nothing_is_published_to_other_machines() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert ports[0].endswith(f":{environment()['PORT']}")


def test_scribe_may_do_no_more_than_it_needs() -> None:
    assert SCRIBE["read_only"]
    assert SCRIBE["cap_drop"] == ["ALL"]
    assert SCRIBE["security_opt"] == ["no-new-privileges:true"]
    (written,) = (step.rest for step in stages()[-1] if step.word == "WORKDIR")
    assert [volume.partition(":")[2] for volume in SCRIBE["volumes"]] == [written]


def test_it_holds_no_password() -> None:
    assert set(re.findall(r"PASSWORD: (\S+)", TEXT)) == {"${POSTGRES_PASSWORD:?add"}
