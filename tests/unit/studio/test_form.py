"""Fields and text of a template are one thing."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.studio import form
from bot.studio.fence import split
from bot.studio.form import Form, VarRow

CONTENT = Path(__file__).parents[3] / "content"
FULL = """+++
# what the house asked for
title = "早安"   # short
genre = "story"
split_max = 3
valid_from = 2026-12-01
later = "kept"

[vars.name]
source = "member.name"
sample = '小周'
fallback = ""
[vars.price]
type = "number"
sample = 12.5

[[attachment]]
type = "link"
title = "看"
url = "https://a.example/x"
+++
早，{{ name }}。
"""


def data(source: str) -> dict[str, object]:
    return tomllib.loads(split(source, "")[0])


@pytest.mark.parametrize("path", sorted(CONTENT.glob("[!p]*/*.j2")), ids=lambda path: path.stem)
def test_what_nobody_changed_is_written_as_it_stood(path: Path) -> None:
    source = path.read_text("utf-8")
    assert form.write(source, form.read(source)) == source


def test_what_is_changed_leaves_the_rest_as_it_stands() -> None:
    held = form.read(FULL)
    assert (held.title, held.split_max, held.valid_from) == ("早安", "3", "2026-12-01")
    assert held.vars[0] == VarRow(name="name", source="member.name", sample="小周", blank=True,
                                  was="name")  # fmt: skip
    made = form.write(FULL, replace(held, title="晚安", valid_from="", author="阿周"))
    assert '# what the house asked for\ntitle = "晚安"   # short\n' in made
    assert "sample = '小周'" in made and 'later = "kept"' in made
    wanted = data(FULL) | {"title": "晚安", "author": "阿周"}
    del wanted["valid_from"]
    variables = {name: {"type": "text"} | row for name, row in wanted["vars"].items()}  # type: ignore[attr-defined]
    assert data(made) == wanted | {"vars": variables}


def test_rows_come_go_and_change_their_names() -> None:
    held = form.read(FULL)
    name, price = held.vars
    rows = (replace(name, name="called"), VarRow(name="days", type="list", sample="周一 周二"))
    more = (form.attachment({"type": "image", "asset": "cup.png"}),)
    made = data(form.write(FULL, replace(held, vars=rows, attachments=more, consent="a-1，b-2")))
    assert made["vars"] == {
        "called": {"source": "member.name", "type": "text", "sample": "小周", "fallback": ""},
        "days": {"type": "list", "sample": ["周一", "周二"]},
    }
    assert made["attachment"] == [{"type": "image", "asset": "cup.png"}]
    assert made["consent"] == ["a-1", "b-2"]
    bare = data(form.write(FULL, replace(held, vars=(), attachments=())))
    assert "vars" not in bare and "attachment" not in bare
    kept = data(form.write(FULL, replace(held, vars=(price,))))
    assert kept["vars"] == {"price": {"type": "number", "sample": 12.5}}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("number", "3", 3), ("number", "2.5", 2.5), ("number", "x", "x"), ("flag", "true", True),
     ("flag", "maybe", "maybe"), ("date", "2026-02-30", "2026-02-30"), ("list", '["a b", 1]', ["a b", 1]),
     ("list", "[broken", ["[broken"]), ("text", "true", "true")],
)  # fmt: skip
def test_what_is_typed_means_what_its_type_says_or_stays_text(
    kind: str, text: str, value: object
) -> None:
    assert form.typed(kind, text) == value


@pytest.mark.parametrize("source", [
    "no head", "+++\ntitle = \n+++\nx", "+++\nvars = 3\n+++\nx", "+++\nattachment = [1]\n+++\nx",
    "+++\n" + "".join(f"[vars.a{n}]\n" for n in range(form.VARS_MAX + 1)) + "+++\nx",
    f"+++\n# {'x' * form.HEAD_MAX}\n+++\nx",
])  # fmt: skip
def test_a_head_that_fields_cannot_hold_is_refused_and_never_lost(source: str) -> None:
    with pytest.raises(BadInput):
        form.read(source)


TYPED = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
NAMES = st.from_regex(r"[a-z][a-z_]{0,5}", fullmatch=True)


@settings(max_examples=25, deadline=None)
@given(title=TYPED, author=TYPED, body=TYPED, names=st.lists(NAMES, unique=True, max_size=3),
       texts=st.lists(TYPED, min_size=3, max_size=3))  # fmt: skip
def test_whatever_is_typed_is_read_again(
    title: str, author: str, body: str, names: list[str], texts: list[str]
) -> None:
    rows = tuple(VarRow(name=name, sample=text) for name, text in zip(names, texts, strict=False))
    wanted = Form(title=title.strip(), author=author.strip(), body=body, vars=rows)
    found = form.read(form.write(FULL, wanted))
    assert (found.title, found.author, found.body) == (wanted.title, wanted.author, body)
    assert [(row.name, row.sample.strip()) for row in found.vars] == [
        (row.name, row.sample.strip()) for row in rows]  # fmt: skip
