"""The pages of the console, one module each; a new one is a module with ``PAGE``."""

from __future__ import annotations

from bot.console.pages import (
    audit,
    door,
    figures,
    home,
    inbox,
    live,
    look,
    me,
    setup,
    sheet,
    sidebar,
    staff,
    wecom,
)

_MODULES = (home, inbox, door, wecom, setup, me, look, live, figures, sidebar, staff, audit, sheet)
PAGES = tuple(module.PAGE for module in _MODULES)
