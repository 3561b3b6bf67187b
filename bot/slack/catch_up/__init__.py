"""Reading a channel again to learn what was missed, and what became of what was heard."""
