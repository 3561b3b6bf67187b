"""The incident scribe for Slack."""
