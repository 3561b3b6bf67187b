"""What people outside read of an incident on the team's status pages, and the rules about it."""
