"""``python -m bot`` is the same as ``onevoice``."""

from bot.cli import main

main()
