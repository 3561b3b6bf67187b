"""`python -m bot` is the same as `scribe`."""

import sys

try:
    from bot.cli import app

    app()
except KeyboardInterrupt:  # before the command had begun
    sys.exit(130)
