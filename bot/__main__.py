"""`python -m bot` is the same as `scribe`."""

import gc
import sys


def main() -> None:
    """Load the program, then carry out the command.

    What is loaded stays for as long as the process does, so it is never looked at for garbage.
    """
    try:
        gc.disable()
        from bot.cli import app

        gc.freeze()
        gc.enable()
        app()
    except KeyboardInterrupt:  # before the command had begun
        sys.exit(130)


if __name__ == "__main__":
    main()
