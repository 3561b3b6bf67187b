"""Telling a clock that follows Slack what time it is there, before anybody has said anything."""

from __future__ import annotations

from bot.clock import Clock, ts_of
from bot.slack.calls import Slack, SlackTrouble
from bot.text.well_formed import tables, text
from storage import incidents, timeline
from storage.database import Database

MOST_CHANNELS = 20


async def seed(clock: Clock, slack: Slack, database: Database) -> None:
    """Show the clock the latest moments there are: of the record, of the channels and what was said in them.

    Only for `SCRIBE_CLOCK=slack`; without it a replay's first command would happen today.
    """
    if not clock.needs_seeding:
        return
    async with database.read() as session:
        clock.saw_ts(await timeline.latest_ts(session))
        declared_at = await incidents.latest_declaration(session)
    if declared_at:
        clock.saw_ts(ts_of(declared_at))
    try:
        listed = await slack.call(
            "conversations_list", types="public_channel,private_channel", exclude_archived=True, limit=200
        )
        channels = tables(listed.get("channels"))
        for channel in channels:
            clock.saw_ts(str(channel.get("created", "")))
        ours = [text(channel.get("id")) for channel in channels if channel.get("is_member")]
        for channel_id in ours[:MOST_CHANNELS]:
            newest = await slack.call("conversations_history", channel=channel_id, limit=1)
            for message in tables(newest.get("messages")):
                clock.saw_ts(message.get("ts"))
    except SlackTrouble:
        return  # then the first event tells the time
