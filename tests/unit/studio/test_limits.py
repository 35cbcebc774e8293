"""What fits, at the boundary byte: every field of every channel, in Chinese, emoji and letters.

The numbers stand here once more, as the platform's pages have them.
"""

from __future__ import annotations

import pytest

from bot.studio import limits
from bot.studio.lint import lint_template
from bot.studio.parse import parse_template
from bot.studio.template import KINDS

LINK = {"link.title": 128, "link.desc": 512, "link.url": 2048}
MENU = {"menu.head": 1024, "menu.tail": 1024, "menu.item": 128, "menu.id": 128}
KF_MENU = {**MENU, "menu.text": 256, "menu.view": 1024, "menu.url": 2048}
RICH = {"text": 4000, **LINK, "link.picture": 2048, "mini.title": 64}
BYTES = {
    "welcome": RICH, "contact": RICH, "group": RICH,
    "moment": {"text": 4000, "link.title": 64, "link.url": 2048},
    "kf": {"text": 2048, **LINK, "mini.title": 64, **KF_MENU},
    "webhook": {"text": 2048, "markdown": 4096, **LINK, "link.picture": 2048},
    "robot": {"text": 20_480, "markdown": 20_480},
    "app": {"text": 2048, "markdown": 2048, **LINK, "link.picture": 2048},
    "oa": {"text": 2048, **LINK, "link.picture": 2048, **MENU},
}  # fmt: skip
# Of each kind of template the channel that takes least of it.
TEXTS = {"welcome": 4000, "group_post": 4000, "promo": 4000, "moment": 4000, "reply": 2048,
         "care": 2048, "activity": 2048}  # fmt: skip
CHARS = ("茶", "🍵", "a")


def exactly(number: int, char: str) -> str:
    """``number`` bytes of UTF-8, of ``char`` as far as they go."""
    whole, rest = divmod(number, len(char.encode()))
    made = char * whole + "a" * rest
    assert len(made.encode()) == number
    return made


def test_every_field_of_every_channel_is_held_to_the_byte() -> None:
    known = {channel: {name: one.size for name, one in fields.items()}
             for channel, fields in limits.CHANNELS.items()}  # fmt: skip
    assert known == BYTES
    for channel, fields in BYTES.items():
        for name, most in fields.items():
            limit = limits.Limit(limits.CHANNELS[channel][name].size)
            for char in CHARS:
                assert list(limits.excess(exactly(most, char), limit)) == []
                over = list(limits.excess(exactly(most + 1, char), limit))
                assert over == [(most + 1, most, "bytes")], (channel, name, char)


def test_a_moment_counts_characters_beside_bytes() -> None:
    assert list(limits.text_excess("a" * 2000, "moment")) == []
    assert list(limits.text_excess("a" * 2001, "moment")) == [(2001, 2000, "characters")]
    assert list(limits.text_excess("茶" * 1333 + "a", "moment")) == []
    assert list(limits.text_excess("茶" * 1333 + "aa", "moment")) == [(4001, 4000, "bytes")]
    both = list(limits.text_excess("茶" * 2001, "moment"))
    assert both == [(6003, 4000, "bytes"), (2001, 2000, "characters")]


@pytest.mark.parametrize("folder", KINDS)
def test_lint_says_it_of_a_template_at_the_byte(folder: str) -> None:
    kind = KINDS[folder]
    assert TEXTS.keys() == set(KINDS.values())
    for more, told in ((0, []), (1, ["template.size"])):
        body = exactly(TEXTS[kind] + more, "茶")
        made = parse_template(f"{folder}/a", f'+++\ntitle = "a"\n+++\n{body}', "f")
        found = [(one.rule, one.file, one.line) for one in lint_template(made)
                 if one.rule == "template.size"]  # fmt: skip
        assert found == [(rule, "f", 4) for rule in told]
