"""The figures: what each means, in which unit, and what is aimed at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One number of the results; with an aim it is met from below (`at_most`) or above (`at_least`)."""

    unit: str
    meaning: str
    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, value: float) -> bool | None:
        """Whether the aim is met; None where there is none."""
        if self.at_least is not None:
            return value >= self.at_least
        return value <= self.at_most if self.at_most is not None else None

    def aim(self) -> str:
        """The aim in words."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return f"at most {self.at_most:g}" if self.at_most is not None else ""


FIGURES = {
    "cold_import_ms": Figure("ms", "CPU time to load the program (`import bot.app`)", at_most=600),
    "cold_import_libraries_ms": Figure("ms", "the same of slack_bolt and sqlmodel alone"),
    "start_s": Figure("s", "from `scribe run` to connected, the schema up to date", at_most=2),
    "events_per_s": Figure(
        "1/s", "messages and reactions through the whole app into durable SQLite", at_least=5000
    ),
    "vs_one_transaction_each": Figure("x", "the same, against a transaction for each event", at_least=8),
    "postgres_events_per_s": Figure("1/s", "the same into PostgreSQL, one replica"),
    "postgres_events_per_s_two_replicas": Figure("1/s", "two replicas, each a process, together"),
    **{
        f"replicas_{way}{count}_events_per_s": Figure(
            "1/s",
            f"{count} x scribe run on one PostgreSQL, by {by}, 64 in flight: acknowledged durable events",
        )
        for way, by in (("", "Socket Mode"), ("http_", "HTTP"))
        for count in (1, 2, 4)
    },
    **{
        f"replicas_{way}{count}_p99_ms": Figure("ms", f"the slowest in a hundred of these ({count}, {by})")
        for way, by in (("", "Socket Mode"), ("http_", "HTTP"))
        for count in (1, 2, 4)
    },
    **{
        f"replicas_small_{count}_events_per_s": Figure(
            "1/s", f"{count} x scribe run, each held to 0.15 of a core, 128 in flight: cores are left over"
        )
        for count in (1, 2, 4)
    },
    "cpu_ms_per_event": Figure("ms", "CPU time of an event in Scribe: one replica, Socket Mode, PostgreSQL"),
    "cpu_ms_per_event_http": Figure("ms", "the same by HTTP"),
    "cpu_ms_per_event_database": Figure("ms", "the same in PostgreSQL"),
    "replicas_cores_1000_workspaces": Figure(
        "cores", "what 1,000 workspaces at Slack's ceiling of 8 events/s take, bot and database"
    ),
    "socket_events_per_s": Figure("1/s", "acknowledged durable events over Socket Mode, 64 in flight"),
    "socket_ratio": Figure("x", "of what a listener that does nothing acknowledges", at_least=0.6),
    "socket_cpu_ratio": Figure("x", "CPU time of a listener that does nothing, of Scribe's, for an event"),
    "slack_calls_per_mark": Figure("calls", "what a mark costs at Slack: the ✅", at_most=1),
    "slack_reads_per_mark": Figure("calls", "of these, such as read something", at_most=0),
    "slack_calls_per_change": Figure(
        "calls",
        "the most that another stage or severity costs: the summary, the line in the channel, its topic",
        at_most=3,
    ),
    "slack_calls_per_change_announced": Figure(
        "calls", "with the first message and the thread of ANNOUNCE_CHANNEL, and asking who reads there"
    ),
    "ack_p50_ms": Figure("ms", "commands at 20/s, Slack 100 ms a call, 500 marks waiting"),
    "ack_p99_ms": Figure("ms", "the slowest in a hundred of these, median of three runs", at_most=150),
    "http_ack_p99_ms": Figure("ms", "the same over HTTP", at_most=150),
    "hook_ack_p99_ms": Figure(
        "ms",
        "alerts by POST /hooks/alertmanager, a thousand in ten seconds, the slowest in a hundred",
        at_most=150,
    ),
    "alerts_per_s": Figure("1/s", "alerts of one group, each its own delivery, 32 under way", at_least=100),
    "interaction_ack_p99_ms": Figure(
        "ms", "the slowest in a hundred presses, forms and shortcuts at 2/s, the same", at_most=150
    ),
    "catchup_calls_per_1000_messages": Figure("calls", "reading again what was missed", at_most=6),
    "catchup_10k_s": Figure("s", "10,000 missed messages, without Slack's rate limits"),
    "rss_mb_idle": Figure("MB", "memory of the app with nothing to do", at_most=80),
    "rss_mb_after_100k": Figure("MB", "after 100,000 messages"),
    "growth_100k_vs_1k": Figure(
        "x", "time per event with 100,000 messages stored, against 1,000", at_most=1.2
    ),
    "draft_10k_s": Figure(
        "s", "a draft of 10,000 messages, 1,000 of them marked, from the record to the canvas", at_most=1
    ),
    "draft_growth_10x": Figure(
        "x", "CPU time of a draft of ten times as many, against that, in pairs", at_most=12
    ),
    "draft_5k_formatted_cpu_s": Figure("s", "CPU time of a draft of 5,000 events, all formatted messages"),
    "draft_5k_formatted_vs_text": Figure(
        "x", "CPU time of that, against the same texts without rich text, in pairs", at_most=1
    ),
    "draft_calls": Figure(
        "calls", "a first draft: its canvas, how Slack shows it, who may write, its message", at_most=3
    ),
    "draft_calls_full": Figure("calls", "with catching up, the picture, and the summary's link"),
    "redraft_calls": Figure("calls", "a draft again where nothing changed", at_most=1),
    "redraft_calls_full": Figure("calls", "with catching up"),
    "rows_per_redraft": Figure(
        "rows", "kept of a draft again of 100 marked messages where nothing changed", at_most=4
    ),
    "kb_per_redraft": Figure("KB", "in these rows", at_most=4),
    "home_ms": Figure(
        "ms",
        "an App Home of 50 open incidents and 300 action items, from the record to its view",
        at_most=100,
    ),
    "search_50k_ms": Figure(
        "ms", "/postmortem search among 50,000 incidents, the slowest of five searches", at_most=60
    ),
    "suggest_precision_at_7": Figure(
        "share",
        "of seven suggestions, what belongs on the timeline, ten lines of talk for each entry",
        at_least=0.7,
    ),
    "suggest_recall_at_7": Figure("share", "of the entries, what these seven find"),
    "suggest_precision_at_entries": Figure("share", "of as many suggestions as there are entries, the same"),
    "suggest_recall_at_entries": Figure("share", "of the entries, what these find", at_least=0.6),
    "suggest_precision_at_7_little_talk": Figure("share", "of seven, three lines of talk for each entry"),
    "suggest_recall_at_entries_little_talk": Figure("share", "found by as many as there are entries"),
    "suggest_precision_at_7_tuned": Figure("share", "of seven, where the cues were written by, ten lines"),
    "suggest_recall_at_entries_tuned": Figure("share", "found by as many as there are entries"),
    "suggest_10k_ms": Figure(
        "ms", "/timeline suggest among 10,000 messages, the most it looks at; it has 2,600", at_most=1500
    ),
    "index_10k_s": Figure("s", "10,000 incidents of five messages into the search index"),
}
