"""How the tools are called that incidents were imported from."""

from __future__ import annotations

from storage.vocabulary import Origin

TOOL_NAMES = {
    Origin.OPSGENIE: "Opsgenie",
    Origin.PAGERDUTY: "PagerDuty",
    Origin.INCIDENT_IO: "incident.io",
    Origin.STATUSPAGE: "Statuspage",
    Origin.MARKDOWN: "the post-mortem",
}
"""How a tool is called where it did something itself, or where nobody knows who did."""
