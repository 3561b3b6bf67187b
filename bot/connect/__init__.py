"""The tools a team has, one file for each: an adapter holds the shape of what its tool sends, and no more."""
