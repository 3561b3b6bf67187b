"""What Scribe counts about itself: numbers of this process, and what each means.

Counting costs a dictionary's entry and loads no library; `bot.metrics.exposition` writes the numbers as
Prometheus reads them, together with what the record says. No label holds words of people's, names of
channels or ids of anybody.
"""

from __future__ import annotations

from bot.metrics.counting import FAST, SIZES, SLOW, Counter, Gauge, Histogram

EVENTS_RECORDED = Counter(
    "scribe_events_recorded_total",
    "Events of incident channels that this process committed to the record, by what they were.",
    ("event",),
)
BATCH_EVENTS = Histogram("scribe_batch_events", "Events written in one transaction.", (), SIZES)
BATCH_SECONDS = Histogram(
    "scribe_batch_seconds", "Seconds a transaction of events took, its commit included.", (), FAST
)
EVENTS_WAITING = Gauge(
    "scribe_events_waiting", "Events that came and are not committed yet; Slack waits for them."
)
REQUESTS_IN_FLIGHT = Gauge(
    "scribe_requests_in_flight", "Slack's requests (events, commands, presses, forms) being dealt with."
)
WORKSPACES_SERVED = Gauge("scribe_workspaces_served", "Workspaces that this process serves.")
WORKSPACES_HALTED = Gauge(
    "scribe_workspaces_halted",
    "Those of them whose token Slack did not accept when it was last used; nothing is sent there meanwhile.",
)
ACKNOWLEDGEMENT_SECONDS = Histogram(
    "scribe_acknowledgement_seconds",
    "Seconds from Slack's request to the end of its answer, by kind of request; Slack waits for 3.",
    ("request",),
    FAST,
)
HOOKS = Counter(
    "scribe_hooks_total",
    "Deliveries of the team's tools, by hook and outcome: recorded, repeated (nothing new), dropped (a kind "
    "that is not kept), refused (4xx), later (503, to be sent again).",
    ("hook", "outcome"),
)
HOOK_SECONDS = Histogram(
    "scribe_hook_seconds", "Seconds from such a delivery's headers to its answer, by hook.", ("hook",), FAST
)
SLACK_CALLS = Counter(
    "scribe_slack_calls_total",
    "Calls of Slack's Web API by method and outcome: ok, refused (for good), limited (429), failed (5xx, "
    "time-outs, broken connections).",
    ("method", "outcome"),
)
SLACK_REFUSALS = Counter(
    "scribe_slack_refusals_total",
    "Calls that Slack refused for good, by method and by Slack's word for why.",
    ("method", "error"),
)
SLACK_CALL_SECONDS = Histogram(
    "scribe_slack_call_seconds", "Seconds that a call of Slack's Web API took, by method.", ("method",), SLOW
)
TRACKER_CALLS = Counter(
    "scribe_tracker_calls_total",
    "Calls of the team's trackers and status pages by tool and outcome: ok, refused (for good), limited, "
    "failed (5xx, time-outs, broken connections).",
    ("tracker", "outcome"),
)
INTENTS = Counter(
    "scribe_intents_total",
    "Tries to tell Slack something, by kind and outcome: sent, later (tried again), refused (kept), held "
    "(nobody can tell whether it was sent).",
    ("kind", "outcome"),
)
INTENT_WAIT_SECONDS = Histogram(
    "scribe_intent_wait_seconds",
    "Seconds from asking to having told Slack, by urgency: urgent (a person waits), normal, leisurely "
    "(confirmations).",
    ("urgency",),
    SLOW,
)
DRAFTS = Counter(
    "scribe_drafts_total",
    "Post-mortem drafts delivered, by the rung of the ladder they reached: own_tab, standalone, "
    "channel_canvas, below, thread, file; in_place is a canvas brought up to date.",
    ("rung",),
)
CAUGHT_UP = Counter(
    "scribe_caught_up_total", "What catching up put on the record that no event had told: messages, changes."
)
LOG_LINES = Counter(
    "scribe_log_lines_total", "Warnings and errors in the log, by level and name.", ("level", "event")
)

DATABASE_UP = Gauge("scribe_database_up", "1 if the record could be read just now, else 0.")
OUTBOX_INTENTS = Gauge(
    "scribe_outbox_intents",
    "What Slack must still be told, by kind and state: waiting, failed (refused for good), held.",
    ("kind", "state"),
)
OUTBOX_OLDEST_SECONDS = Gauge(
    "scribe_outbox_oldest_seconds", "Seconds that the oldest waiting intent of a kind has waited.", ("kind",)
)
CATCH_UP_LAG_SECONDS = Gauge(
    "scribe_catch_up_lag_seconds",
    "Seconds since the history of an open incident's channel was last compared with the record; of several "
    "the longest, 0 without any. It is read every ten minutes.",
)
LAST_HEARD_SECONDS = Gauge(
    "scribe_last_heard_seconds",
    "Seconds since some Scribe was last known to be connected to Slack; of several workspaces the longest.",
)
INCIDENTS_OPEN = Gauge(
    "scribe_incidents_open", "Open incidents by severity; none where nobody gave one.", ("severity",)
)
INFO = Gauge("scribe_info", "1; its label says which Scribe this is.", ("version",))

OF_PROCESS = (
    EVENTS_RECORDED,
    BATCH_EVENTS,
    BATCH_SECONDS,
    EVENTS_WAITING,
    WORKSPACES_SERVED,
    WORKSPACES_HALTED,
    REQUESTS_IN_FLIGHT,
    ACKNOWLEDGEMENT_SECONDS,
    HOOKS,
    HOOK_SECONDS,
    SLACK_CALLS,
    SLACK_REFUSALS,
    SLACK_CALL_SECONDS,
    TRACKER_CALLS,
    INTENTS,
    INTENT_WAIT_SECONDS,
    DRAFTS,
    CAUGHT_UP,
    LOG_LINES,
    INFO,
)
"""Each replica has its own: add them up."""

OF_RECORD = (
    DATABASE_UP,
    OUTBOX_INTENTS,
    OUTBOX_OLDEST_SECONDS,
    CATCH_UP_LAG_SECONDS,
    LAST_HEARD_SECONDS,
    INCIDENTS_OPEN,
)
"""Read from the database when they are asked for: every replica says the same, so take the largest."""
