"""Findings of the template lint, the limits at their boundary byte, and the catalogue."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.core.errors import BadInput
from bot.studio.catalogue import parse_catalogue
from bot.studio.lint import Rules, lint_template
from bot.studio.parse import parse_template

CLEAN = 'title = "x"\ngenre = "story"\norigin = "BGC"\n'


def rules(name: str, head: str, body: str = "好。", taboo: tuple[str, ...] = ()) -> dict[str, int]:
    template = parse_template(name, f"+++\n{head}+++\n{body}", "x.j2")
    return {
        f.rule.removeprefix("template."): f.line
        for f in lint_template(template, Rules(taboo=taboo))
    }


def test_a_clean_template_has_no_findings() -> None:
    head = CLEAN + '[vars.name]\nsource = "member.name"\nsample = "周"\nfallback = "朋友"\n'
    assert rules("care/a", head, "{{ name }}，好。") == {}


def test_findings_and_their_lines() -> None:
    head = 'title = "x"\n[vars.a]\nsource = "member.nmae"\n'
    found = rules("moments/a", head, "好\n最佳的茶", ("最佳",))
    wanted = {"genre": 1, "origin": 1, "source": 3, "personal": 3, "sample": 3, "unused": 3}
    assert found == {**wanted, "taboo": 7}


def test_idioms_are_not_taboo() -> None:
    body = "第一泡倒掉，最好先闻一闻。"
    assert rules("care/a", CLEAN, body, ("第一", "最好")) == {}
    assert "taboo" in rules("care/a", CLEAN, "我们是第一。", ("第一", "最好"))


def test_a_personal_welcome_wants_a_prepared_wording() -> None:
    head = CLEAN + '[vars.n]\nsource = "member.name"\nsample = "周"\nfallback = "朋友"\n'
    assert rules("welcome/a", head, "{{ n }}") == {"welcome-fallback": 1}


def test_a_moment_carries_images_or_one_link() -> None:
    image = '[[attachment]]\ntype = "image"\nasset = "a.png"\n'
    link = '[[attachment]]\ntype = "link"\ntitle = "a"\nurl = "https://a.example"\n'
    assert rules("moments/a", CLEAN + image * 9) == {}
    assert rules("moments/a", CLEAN + link) == {}
    assert rules("moments/a", CLEAN + image + link) == {"attachments": 5}
    assert rules("groups/a", CLEAN + image * 10) == {"attachments": 32}


def test_the_sample_is_measured() -> None:
    head = CLEAN + f'[vars.a]\nsample = "{"茶" * 600}"\n'
    assert rules("care/a", head, "{{ a }}") == {}
    assert "size" in rules("care/a", head, "{{ a }}" + "好" * 100)


HEADER = "sku,name,price,valid_from,valid_to\n"


def test_the_catalogue() -> None:
    text = "\ufeff" + HEADER + 'a,"晨雾, 小罐",68,,\nb,老木头,19.90,2026-01-01,2026-12-31\n'
    first, second = parse_catalogue(text, "c.csv")
    assert (first.name, first.price, second.price) == ("晨雾, 小罐", Decimal(68), Decimal("19.90"))
    assert second.valid_to is not None
    assert second.on_sale(second.valid_to)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sku,name,price\n", 1),
        ("", 1),
        (HEADER + "a,茶,68\n", 2),
        (HEADER + "a,茶,68,,\n\nb,,68,,\n", 4),
        (HEADER + "a,茶,68.999,,\n", 2),
        (HEADER + "a,茶,-1,,\n", 2),
        (HEADER + "a,茶,68,2026-13-01,\n", 2),
        (HEADER + "a,茶,68,2026-02-01,2026-01-01\n", 2),
        (HEADER + "a,茶,68,,\na,壶,99,,\n", 3),
        (HEADER + 'a,"茶\n叶",x,,\n', 2),
        (HEADER + 'a,"茶\n叶",1,,\nb,"茶"x,1,,\n', 4),
    ],
)
def test_a_bad_catalogue_row_names_its_line(text: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        parse_catalogue(text, "c.csv")
    assert (caught.value.file, caught.value.line) == ("c.csv", line)
