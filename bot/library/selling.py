"""Which of the templates that serve sell something. Pure."""

from __future__ import annotations

from bot.library.cast import Cast
from bot.studio.mix import sells
from bot.studio.render import CannotRender


def sells_with(cast: Cast, name: str) -> bool:
    """Whether a template that serves sells: a promotion, or goods with a price or a link."""
    template = cast.shelf.get(name)
    if template is None:
        return name.startswith("promos/")
    try:
        text = cast.shelf.render_sample(name).text
    except CannotRender:
        text = template.text
    return sells(template, text, cast.goods)
