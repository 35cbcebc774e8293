"""The pages of the console, one module each; a new one is a module with ``PAGE``."""

from __future__ import annotations

from bot.console.pages import (
    audit,
    door,
    home,
    inbox,
    live,
    look,
    me,
    more,
    rota,
    setup,
    sheet,
    staff,
    wecom,
)

PAGES = tuple(
    module.PAGE
    for module in (home, inbox, door, wecom, setup, me, look, live, more, rota, staff, audit, sheet)
)
