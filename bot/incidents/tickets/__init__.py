"""Action items that stand in the team's tracker as well: what a ticket is, and the rules about it."""
