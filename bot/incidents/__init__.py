"""What an incident is and may do. Plain Python: no Slack, no SQL."""
