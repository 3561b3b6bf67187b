"""`python -m bot` is the same as `scribe`."""

from bot.cli import app

app()
