"""A Slack workspace on this machine, strict where Slack is strict."""
