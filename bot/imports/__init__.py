"""Making an incident from a channel nobody had Scribe in: reading what Slack exported, and recording it."""
