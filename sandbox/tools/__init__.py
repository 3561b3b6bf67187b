"""The tools a team has beside Slack, small: an alert manager and a tracker that tell the app's hooks."""
