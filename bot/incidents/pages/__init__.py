"""Published post-mortems that stand outside Slack as well: what a page is, and the rules about it."""
