"""What Scribe tells Slack, and how Slack's text is read."""
