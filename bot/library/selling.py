"""Whether a template names goods to buy. Pure."""

from __future__ import annotations

from bot.library.cast import Cast
from bot.studio.mix import sells
from bot.studio.render import CannotRender
from bot.studio.template import Template


def names_goods(cast: Cast, template: Template) -> bool:
    """True when the text, filled with its samples, sells something."""
    try:
        text = cast.shelf.render_sample(template.name).text
    except CannotRender:
        text = template.text
    return sells(template, text, cast.goods)
