"""The pages of the console, one module each; a new one is a module with ``PAGE``."""

from __future__ import annotations

from bot.console.pages import (
    audit,
    content,
    content_edit,
    content_new,
    content_one,
    content_trial,
    door,
    figures,
    home,
    inbox,
    inbox_joins,
    live,
    look,
    me,
    more,
    rota,
    setup,
    sheet,
    sidebar,
    staff,
    wecom,
)

_STUDIO = (content, content_edit, content_new, content_one, content_trial)
_BEFORE = (home, inbox, door, wecom, setup, me, look, live, sidebar)
PAGES = tuple(
    module.PAGE
    for module in (
        *_BEFORE,
        more,
        inbox_joins,
        rota,
        *_STUDIO,
        figures,
        staff,
        audit,
        sheet,
    )
)
