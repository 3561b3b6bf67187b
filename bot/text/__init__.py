"""Words: Slack's mrkdwn both ways, inert text, spans of time, times as people write them; pure."""
