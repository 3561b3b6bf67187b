"""Text, without I/O: Slack's mrkdwn read and written, spans of time, and times as people write them."""
