"""Moments in Slack messages, shown to each reader in their own zone."""

from __future__ import annotations

from bot.incidents.shown_moment import shown

__all__ = ["shown"]
