"""How each kind of intent is told to Slack: one file a kind, rendered from the record when it is sent."""

from __future__ import annotations

from collections.abc import Mapping

from bot.slack.intents.ask_audience import ask_audience
from bot.slack.intents.ask_review import ask_review
from bot.slack.intents.catch_up import catch_up
from bot.slack.intents.confirm_mark import confirm_mark
from bot.slack.intents.fetch_message import fetch_message
from bot.slack.intents.invite import invite
from bot.slack.intents.join_channel import join_channel
from bot.slack.intents.open_channel import open_channel
from bot.slack.intents.point_out_deletion import point_out_deletion
from bot.slack.intents.post_update import post_update
from bot.slack.intents.refresh_summary import refresh_summary
from bot.slack.intents.remind import remind
from bot.slack.intents.reply import reply
from bot.slack.intents.tell_changes import tell_changes
from bot.slack.intents.tell_privacy import tell_privacy
from bot.slack.intents.tell_trouble import tell_trouble
from bot.slack.intents.tell_unreachable import tell_unreachable
from bot.slack.services import Sender

SENDERS: Mapping[str, Sender] = {
    "ask_audience": ask_audience,
    "ask_review": ask_review,
    "catch_up": catch_up,
    "confirm_mark": confirm_mark,
    "fetch_message": fetch_message,
    "invite": invite,
    "join_channel": join_channel,
    "open_channel": open_channel,
    "point_out_deletion": point_out_deletion,
    "post_update": post_update,
    "refresh_summary": refresh_summary,
    "remind": remind,
    "reply": reply,
    "tell_changes": tell_changes,
    "tell_privacy": tell_privacy,
    "tell_trouble": tell_trouble,
    "tell_unreachable": tell_unreachable,
}
