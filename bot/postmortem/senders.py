"""How the intents about a post-mortem are told to Slack."""

from __future__ import annotations

from collections.abc import Mapping

from bot.postmortem.copies import update_copies
from bot.postmortem.deliver import deliver_draft, refresh_draft
from bot.postmortem.publish import publish
from bot.postmortem.show_editor_notes import show_editor_notes
from bot.postmortem.suggest_milestone import suggest_milestone
from bot.slack.services import Sender

SENDERS: Mapping[str, Sender] = {
    "deliver_draft": deliver_draft,
    "editor_notes": show_editor_notes,
    "publish": publish,
    "refresh_draft": refresh_draft,
    "suggest_milestone": suggest_milestone,
    "update_copies": update_copies,
}
