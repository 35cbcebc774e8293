"""The pages of the console, one module each; a new one is a module with ``PAGE``."""

from __future__ import annotations

from bot.console.pages import (
    audit,
    consents,
    door,
    figures,
    home,
    imports,
    inbox,
    inbox_joins,
    live,
    look,
    me,
    media,
    mix,
    more,
    persona,
    persona_edit,
    questions,
    rota,
    setup,
    sheet,
    sidebar,
    staff,
    wecom,
)

_PERSONA = (persona, persona_edit, questions, imports, mix, media, consents)
_BEFORE = (home, inbox, door, wecom, setup, me, look, live, sidebar)
PAGES = tuple(
    module.PAGE
    for module in (*_BEFORE, more, inbox_joins, rota, *_PERSONA, figures, staff, audit, sheet)
)
