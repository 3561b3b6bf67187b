"""What is said of settings that are missing or wrong, beside what their own checks say."""

from __future__ import annotations

WHERE = {
    "slack_bot_token": "copy it from your app's page, OAuth & Permissions, Bot User OAuth Token",
    "slack_app_token": (
        "make one on your app's page, Basic Information, App-Level Tokens, with connections:write; or set "
        "SLACK_SIGNING_SECRET instead, for HTTP mode"
    ),
    "slack_signing_secret": "copy it from your app's page, Basic Information, Signing Secret",
    "slack_client_id": "copy it from your app's page, Basic Information, Client ID",
    "slack_client_secret": "copy it from your app's page, Basic Information, Client Secret",
}
"""Where to get the value."""

RULES = {
    "retention_days": "must be a number of days from 0 to 36500; for example 90",
    "keep_deleted": "must be true or false; for example false",
    "silent_hours": "must be a number of hours from 0 to 720, 0 for never; for example 4",
    "rate_scale": "must be a number above 0; for example 1",
    "scribe_clock": "must be 'system' or 'slack'",
    "port": "must be a number from 1 to 65535; for example 3000",
    "log_level": "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
    "log_format": "must be 'text' or 'json'",
}
"""What to say of settings whose type alone says what they may be."""
