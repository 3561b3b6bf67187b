"""Every kind of intent there is: the one registry, which the outbox and the `scribe outbox` commands read."""

from __future__ import annotations

from collections.abc import Mapping

from bot.connect import edit_ticket, file_ticket, move_ticket, post_public_update
from bot.postmortem import (
    copies,
    link_pages,
    live_timeline,
    point_out_deletion,
    publish,
    publish_page,
    show_checkpoint,
    show_editor_notes,
    suggest_milestone,
)
from bot.postmortem.deliver import delivery, refresh_draft, update_thread
from bot.postmortem.review_meeting import send_meeting
from bot.slack.intents import (
    announce,
    announce_news,
    answer,
    ask_audience,
    ask_review,
    ask_topic,
    catch_up,
    confirm_mark,
    fetch_message,
    invite,
    invite_responders,
    join_channel,
    keep_bookmark,
    keep_topic,
    link_source,
    note_in_source,
    offer_briefing,
    offer_closing_post,
    open_channel,
    pin_summary,
    post_pointer,
    post_update,
    publish_home,
    refresh_summary,
    remind,
    reply,
    show_timeline,
    tell_alert,
    tell_changes,
    tell_deploys,
    tell_page,
    tell_privacy,
    tell_public_post,
    tell_ticket,
    tell_trouble,
    tell_unreachable,
    tell_update,
    welcome,
    withdraw_announcement,
)
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind

KINDS: Mapping[str, IntentKind] = {
    kind.name: kind
    for kind in (
        announce.KIND,
        announce_news.KIND,
        withdraw_announcement.KIND,
        answer.KIND,
        ask_audience.KIND,
        ask_review.KIND,
        ask_topic.KIND,
        catch_up.KIND,
        confirm_mark.KIND,
        copies.KIND,
        delivery.KIND,
        fetch_message.KIND,
        file_ticket.KIND,
        invite.KIND,
        invite_responders.KIND,
        join_channel.KIND,
        keep_bookmark.KIND,
        keep_topic.KIND,
        *live_timeline.KINDS,
        offer_briefing.KIND,
        link_pages.KIND,
        offer_closing_post.KIND,
        link_source.KIND,
        move_ticket.KIND,
        edit_ticket.KIND,
        note_in_source.KIND,
        open_channel.KIND,
        pin_summary.KIND,
        point_out_deletion.KIND,
        post_pointer.KIND,
        post_public_update.KIND,
        post_update.KIND,
        publish.KIND,
        publish_home.KIND,
        publish_page.KIND,
        refresh_draft.KIND,
        refresh_summary.KIND,
        remind.KIND,
        reply.KIND,
        send_meeting.KIND,
        show_checkpoint.KIND,
        show_editor_notes.KIND,
        show_timeline.KIND,
        suggest_milestone.KIND,
        tell_alert.KIND,
        tell_changes.KIND,
        tell_deploys.KIND,
        tell_page.KIND,
        tell_privacy.KIND,
        tell_public_post.KIND,
        tell_ticket.KIND,
        tell_trouble.KIND,
        tell_unreachable.KIND,
        welcome.KIND,
        tell_update.KIND,
        update_thread.KIND,
    )
}
"""By name; a row of the outbox may name a kind that another version of Scribe had."""

DECIDED_BY_RETRY = frozenset(kind.name for kind in KINDS.values() if kind.reconcile is Reconciled.NEVER)
"""Held ones of these kinds are sent when an operator says retry; all others are looked up again."""
