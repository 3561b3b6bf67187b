"""What people say that is no verb, and a true answer: which command does it, or that Scribe does not.

The first sentence counts whose commands there are; the last of them holds always.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.incidents.errors import UnknownVerb
from bot.incidents.quoted import quoted
from bot.listeners.commands.verb import Verb, Verbs

Sentences = tuple[str, ...]

_RESOLVE = ("To end an incident say `/resolve Rolled back, all is well`; the text becomes its conclusion.",)
_START = ("To declare an incident say `/incident start Checkout is down`.",)
_SHOW = (
    "`/incident show` shows how this channel's incident stands, `/incident show INC-7` another one, "
    "`/incident list` all of them.",
)
_CANCEL = (
    "An incident declared by mistake is taken out of lists and search, and kept, by `/incident cancel`.",
    "Scribe deletes no incident. `/resolve Declared by mistake` ends it.",
)
_RENAME = (
    "To give an incident another title say `/incident rename Checkout is slow`.",
    "Scribe does not change an incident's title yet. Its channel you rename in Slack.",
)
_REOPEN = (
    "To open a resolved incident again say `/incident reopen`.",
    "Scribe opens no resolved incident again: `/incident start here Checkout is down again` starts another.",
)
_UNDO = (
    "`/incident reopen` opens a resolved incident again, `/timeline restore 3` brings a removed line back, "
    "`/incident task reopen 2` an action item, `/postmortem reopen` a published post-mortem.",
    "`/incident task reopen 2` opens an action item again, `/postmortem reopen` a published post-mortem; "
    "what was taken off the timeline comes back with a new mark on its message.",
)
_CHANGE = (
    "Say what shall change: `/incident severity sev2`, `/incident role commander @ana`, `/incident milestone "
    "detected 14:15`, `/timeline edit 3 14:07 Rolled back to 1.4`, `/incident rename Checkout is slow`.",
    "Say what shall change: `/incident severity sev2`, `/incident role commander @ana`, `/incident milestone "
    "detected 14:15`, `/timeline edit 3 14:07 Rolled back to 1.4`.",
)
_ROLE = ("To say who does what, say `/incident role commander @ana`, or `/incident role commander me`.",)
_PAGE = (
    "Scribe pages nobody: page them with the tool you have for that. What people say here is recorded, and "
    "`/incident role commander @ana` says who leads.",
)
_MEMBERS = (
    "Scribe lets you join or leave nothing: use the channel itself, for example `/invite @ana`. "
    "`/incident list` names each incident's channel.",
)
_ARCHIVE = (
    "Scribe archives no channel: do it in Slack once `/resolve` has ended the incident. The record stays.",
)
_EXPORT = (
    "`/postmortem publish` keeps the final text and announces it. Files are written where Scribe runs, by "
    "`scribe export INC-7`.",
)
_HISTORY = ("`/timeline` shows what happened, `/timeline history 3` who changed a line of it.",)
_SEARCH = ("To find earlier incidents say `/postmortem search connection pool` or `/incident similar`.",)
_SUGGEST = (
    "To see messages that nobody marked and that may belong on the timeline say `/timeline suggest`.",
)
_DEPLOYS = ("To see what was deployed in the hour before an incident say `/timeline deploys`.",)
_NOTE = ("To put a line on the timeline say `/timeline add 14:05 Rolled back`, or mark a message.",)
_ITEM = ("To add an action item say `/incident task add @ana by friday: Add an index to orders`.",)
_SEVERITY = ("To say how bad it is, say `/incident severity sev2`.",)
_UPDATE = ("To tell everybody how it goes say `/incident update Rolled back, watching the error rate`.",)
_PUBLIC = (
    "To tell people outside say `/incident update --public We are looking into slow payments`: a form shows "
    "it first.",
)
_STAGE = ("To say how far it is, say `/incident status monitoring`; `/incident status` shows it.",)
_ZONE = ("To set the zone of the post-mortem's times say `/incident zone Europe/Berlin`.",)
_REMIND = (
    "Scribe reminds owners of action items by itself: `/incident task add @ana by friday: Add an index`.",
)
_CONCLUSION = (
    "To change an incident's conclusion say `/incident conclusion The rollback helped`.",
    "The conclusion is what you say to `/resolve Rolled back, all is well`.",
)
_NOT_IN_SLACK = ("Scribe is set up where it runs, not in Slack: .env.example there lists its settings.",)
_NO_OTHER_INCIDENT = (
    "Scribe neither merges nor links incidents. Say it on the timeline: `/timeline add Same as INC-7`.",
)

INCIDENT: Mapping[str, Sentences] = {
    **dict.fromkeys(("close", "closed", "end", "ended", "done", "finish", "finished", "complete"), _RESOLVE),
    **dict.fromkeys(("fix", "fixed", "resolved", "stop", "over", "solve", "solved", "stand-down"), _RESOLVE),
    **dict.fromkeys(("new", "create", "declare", "open", "begin", "report", "raise", "add", "init"), _START),
    **dict.fromkeys(("stat", "stats", "info", "view", "details", "summary", "get"), _SHOW),
    **dict.fromkeys(("ls", "all", "incidents", "active", "current", "link"), _SHOW),
    **dict.fromkeys(("cancel", "abort", "discard", "delete", "remove", "rm", "false-alarm", "void"), _CANCEL),
    **dict.fromkeys(("rename", "title", "retitle", "name"), _RENAME),
    **dict.fromkeys(("reopen", "re-open", "unresolve"), _REOPEN),
    **dict.fromkeys(("undo", "restore", "revert", "rollback", "back"), _UNDO),
    **dict.fromkeys(("broadcast", "announce", "inform", "tell", "post", "news"), _UPDATE),
    **dict.fromkeys(("public", "statuspage", "status-page", "outside", "customers"), _PUBLIC),
    **dict.fromkeys(("edit", "change", "modify", "set", "correct"), _CHANGE),
    **dict.fromkeys(
        ("assign", "commander", "ic", "lead", "leader", "roles", "owner", "scribe", "take"), _ROLE
    ),
    **dict.fromkeys(("page", "pager", "escalate", "alert", "notify", "oncall", "on-call", "call"), _PAGE),
    **dict.fromkeys(("join", "leave", "invite", "members", "people", "subscribe", "follow"), _MEMBERS),
    **dict.fromkeys(("archive", "unarchive"), _ARCHIVE),
    **dict.fromkeys(("export", "download", "pdf", "csv", "print", "share", "backup"), _EXPORT),
    **dict.fromkeys(("history", "log", "logs", "events", "audit"), _HISTORY),
    **dict.fromkeys(("search", "find", "query", "grep"), _SEARCH),
    **dict.fromkeys(("suggest", "suggestions", "missing", "unmarked"), _SUGGEST),
    **dict.fromkeys(("deploy", "deploys", "deployed", "deployments", "releases", "shipped"), _DEPLOYS),
    **dict.fromkeys(("note", "notes", "comment", "message", "event", "mark", "say"), _NOTE),
    **dict.fromkeys(("todo", "todos", "action", "actions", "item", "items", "followup", "follow-up"), _ITEM),
    **dict.fromkeys(
        ("sev0", "sev1", "sev2", "sev3", "sev4", "sev5", "sev-1", "p0", "p1", "p2", "p3"), _SEVERITY
    ),
    **dict.fromkeys(("sev", "priority", "level", "upgrade", "downgrade"), _SEVERITY),
    **dict.fromkeys(("state", "phase", "investigating", "monitoring", "monitor"), _STAGE),
    **dict.fromkeys(("timezone", "tz"), _ZONE),
    **dict.fromkeys(("remind", "reminder", "reminders", "snooze"), _REMIND),
    **dict.fromkeys(("conclusion", "conclude", "reason"), _CONCLUSION),
    **dict.fromkeys(("settings", "config", "configure", "setup"), _NOT_IN_SLACK),
    **dict.fromkeys(("merge", "duplicate", "split", "relate", "related"), _NO_OTHER_INCIDENT),
    **dict.fromkeys(
        ("ack", "acknowledge", "acknowledged", "detect", "detected", "identified", "mitigate", "mitigated"),
        ("To say when that was, say `/incident milestone detected 14:15`; `/incident milestone` shows all.",),
    ),
    **dict.fromkeys(
        ("draft", "publish", "review", "pm", "post-mortem", "retro", "retrospective", "rca"),
        ("The post-mortem has its own command: `/postmortem draft`, `/postmortem publish` and others.",),
    ),
}
_TIMELINE_DROP = (
    "To take a line off say `/timeline remove 3`, and to bring it back `/timeline restore 3`.",
    "To take a line off say `/timeline remove 3`; a new mark on its message brings it back.",
)
TIMELINE: Mapping[str, Sentences] = {
    **dict.fromkeys(("new", "note", "log", "insert", "append", "record", "create", "put", "say"), _NOTE),
    **dict.fromkeys(
        ("update", "change", "fix", "correct", "rename", "modify", "move", "set"),
        ("To correct a line say `/timeline edit 3 14:07 Rolled back to 1.4`.",),
    ),
    **dict.fromkeys(("rm", "del", "drop", "cancel", "hide", "clear", "unmark"), _TIMELINE_DROP),
    **dict.fromkeys(("undo", "restore", "undelete", "recover", "back", "reopen", "revert"), _TIMELINE_DROP),
    **dict.fromkeys(("export", "download", "csv", "json", "print", "share"), _EXPORT),
    **dict.fromkeys(("search", "find"), _SEARCH),
    **dict.fromkeys(("missing", "unmarked", "propose", "recommend", "candidates", "forgotten"), _SUGGEST),
    **dict.fromkeys(("deploy", "deployed", "deployments", "releases", "shipped"), _DEPLOYS),
    **dict.fromkeys(
        ("import", "read", "backfill", "sync"),
        ("To take in what was said here before, say `/incident import since 14:00`.",),
    ),
    **dict.fromkeys(("who", "changes", "versions", "audit"), _HISTORY),
    **dict.fromkeys(("ls", "view", "all", "page", "events", "status"), ("`/timeline` shows it, numbered.",)),
    **dict.fromkeys(("close", "end", "done", "finish", "resolve"), _RESOLVE),
}
POSTMORTEM: Mapping[str, Sentences] = {
    **dict.fromkeys(
        ("close", "done", "finish", "complete", "end", "final", "finalize", "announce", "release", "approve"),
        ("To keep the final text and announce it say `/postmortem publish`.",),
    ),
    **dict.fromkeys(
        ("edit", "update", "write", "change", "rewrite", "refresh", "rename", "title", "sync"),
        (
            "Write in the canvas itself: what you change stays yours. `/postmortem draft` brings the rest up "
            "to date.",
        ),
    ),
    **dict.fromkeys(
        ("new", "create", "start", "generate", "compile", "make", "template", "templates"),
        ("`/postmortem draft` compiles it, `/postmortem draft sre` by another template.",),
    ),
    **dict.fromkeys(
        ("assign", "give", "take", "author", "lead"),
        ("To say who finishes it say `/postmortem owner @ana`.",),
    ),
    **dict.fromkeys(
        ("reviewer", "reviewers", "ask", "request"), ("To ask for a review say `/postmortem review @ben`.",)
    ),
    **dict.fromkeys(
        ("meet", "schedule", "calendar", "invite", "plan", "ics", "review-meeting", "retro"),
        ("To plan the meeting that reviews it say `/postmortem meeting friday 14:00`.",),
    ),
    **dict.fromkeys(
        ("undo", "unpublish", "revert", "restore", "back"),
        ("To make a published one a draft again say `/postmortem reopen`.",),
    ),
    **dict.fromkeys(
        ("delete", "remove", "cancel", "discard", "rm", "archive"),
        ("Scribe deletes no post-mortem. A canvas you delete in Slack; `/postmortem draft` makes another.",),
    ),
    **dict.fromkeys(("export", "download", "pdf", "html", "markdown", "print", "share"), _EXPORT),
    **dict.fromkeys(
        ("show", "view", "open", "link", "info", "state", "list", "get", "due", "history"),
        ("`/postmortem status` shows how far it is, with its link; `/postmortem search pool` finds others.",),
    ),
    **dict.fromkeys(("find", "query", "similar"), _SEARCH),
    **dict.fromkeys(
        ("remind", "nudge", "snooze"), ("Scribe reminds its owner by itself: `/postmortem owner @ana`.",)
    ),
    **dict.fromkeys(("task", "tasks", "action", "todo"), _ITEM),
    **dict.fromkeys(("resolve",), _RESOLVE),
}
_CHANGE_ITEM = ("To change an item say `/incident task edit 2 @ana by friday`.",)
TASK: Mapping[str, Sentences] = {
    **dict.fromkeys(("update", "assign", "rename", "move", "due", "owner", "set", "give"), _CHANGE_ITEM),
    **dict.fromkeys(
        ("finish", "finished", "complete", "completed", "tick", "check", "resolve", "fixed", "end"),
        ("To tick an item off say `/incident task done 2`.",),
    ),
    **dict.fromkeys(
        ("delete", "remove", "cancel", "rm", "del", "discard"),
        ("An item that will not be done is dropped: `/incident task drop 2`.",),
    ),
    **dict.fromkeys(("create", "todo", "insert", "put"), _ITEM),
    **dict.fromkeys(
        ("undo", "open", "restore", "undone", "untick"), ("To open it again say `/incident task reopen 2`.",)
    ),
    **dict.fromkeys(("ls", "all", "view", "status"), ("`/incident task` lists them.",)),
    **dict.fromkeys(("remind", "snooze", "reminder"), _REMIND),
}
WISHES = {"/incident": INCIDENT, "/timeline": TIMELINE, "/postmortem": POSTMORTEM, "/incident task": TASK}
SAID_FREELY = {
    "/incident": "start",
    "/timeline": "add",
    "/incident task": "add :",
    "@Scribe": "add",
}
"""What people most likely want who say a sentence instead of a verb."""


def wish_for(problem: UnknownVerb, commands: Verbs) -> str | None:
    """The answer to a wish, or to a sentence without its verb; None where it was neither."""
    sentences = WISHES.get(problem.command, {}).get(problem.said, ())
    for sentence in sentences:
        if all(is_known(command, commands) for command in commands_in(sentence)):
            return sentence
    said = problem.text.lstrip("#:- ")
    if problem.nearest is None and " " in said and problem.command in SAID_FREELY:
        start = f"{problem.command} {SAID_FREELY[problem.command]}"
        meant = f"`{start} {quoted(said).strip('`')}`"
        return f"Nothing is recorded yet. Did you mean {meant}? `{problem.command} help` says what there is."
    return None


def commands_in(sentence: str) -> list[str]:
    """The commands of Scribe that a sentence names as code; those of Slack itself are none."""
    return [said for said in re.findall(r"`(/[^`]+)`", sentence) if not said.startswith("/invite")]


def is_known(said: str, commands: Verbs) -> bool:
    """Whether a command's verbs are there."""
    name, *words = (word for word in said.split() if not word.startswith("INC-"))
    verb: Verb | None = commands.get(name)
    for word in words:
        if verb is None or not verb.verbs or word == "help":
            break
        verb = verb.verbs.get(word)
    return verb is not None
