"""Doors over HTTP: Slack's requests, and how Scribe is."""
