"""How each kind of intent is told to Slack: one file a kind, rendered from the record when it is sent."""
