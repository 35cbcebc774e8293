"""The form of a segment: rows and a sentence that say the same. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.console.segmenting import fresh, turned
from bot.core.errors import BadInput
from scheduler.conditions import FIELDS
from scheduler.sketch import (
    ALL,
    Group,
    Part,
    Path,
    Row,
    added,
    changed,
    path_of,
    read,
    row_at,
    written,
)

SENTENCE_MAX = 2_000
GROUPS_MAX = 3  # inside one another, by the button
FIRST = "tag"


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """``group``: the rows, None where the sentence cannot be read as rows. ``text``: the sentence
    as it stands now, ``was``: the last one that could be read. ``wrong``: what is wrong with it."""

    group: Group | None
    text: str
    was: str
    wrong: BadInput | None = None


def of_text(text: str, was: str = "") -> Typed:
    """A sentence that was written by hand."""
    text = " ".join(text[:SENTENCE_MAX].split())
    try:
        return Typed(group=read(text), text=text, was=text)
    except BadInput as wrong:
        return Typed(group=None, text=text, was=was, wrong=wrong)


def of_group(group: Group, lang: str) -> Typed:
    """Rows, and the sentence they make."""
    return of_text(written(group, lang))


def typed_of(form: Mapping[str, str], lang: str, today: date) -> Typed:
    """What a form says: the sentence counts where it was changed, else the rows; then what was
    pressed (``act``) is done."""
    text, was = form.get("text", ""), form.get("was", "")[:SENTENCE_MAX]
    act, _, place = form.get("act", "").partition(":")
    if act == "undo":
        return of_text(was)
    if " ".join(text.split()) != was:
        found = of_text(text, was)
    else:
        found = of_text(was)
        if found.group is not None:
            edited = _edited(found.group, form, lang, today)
            found = found if edited == found.group else of_group(edited, lang)
    path = path_of(place)
    if found.group is None or act not in ACTS or path is None:
        return found
    return of_group(ACTS[act](found.group, path, lang), lang)


def _edited(group: Group, form: Mapping[str, str], lang: str, today: date) -> Group:
    return _walked(group, (), form, lang, today)


def _walked(
    group: Group, path: Path, form: Mapping[str, str], lang: str, today: date
) -> Group:  # fmt: skip
    parts = tuple(
        _walked(part, (*path, n), form, lang, today) if isinstance(part, Group)
        else _row(part, key_of((*path, n)), form, lang, today)
        for n, part in enumerate(group.parts)
    )  # fmt: skip
    key = key_of(path)
    how, side = form.get(f"g-{key}", ""), form.get(f"n-{key}", "")
    return Group(parts, {"any": True, "all": False}.get(how, group.any),
                 _side(side, group.negated))  # fmt: skip


def _side(said: str, before: bool) -> bool:
    return {"is": False, "not": True}.get(said, before)


def _row(row: Row, key: str, form: Mapping[str, str], lang: str, today: date) -> Row:
    field = form.get(f"f-{key}")
    if field not in (*FIELDS, ALL, row.field):
        return row
    value = " ".join(form.get(f"v-{key}", row.value).split())
    made = turned(row, field, form.get(f"o-{key}", row.sign), value, lang, today)
    return replace(made, negated=_side(form.get(f"n-{key}", ""), row.negated))


def key_of(path: Path) -> str:
    """How a part is named in a form."""
    return ".".join(map(str, path))


def _add(group: Group, path: Path, lang: str) -> Group:
    return changed(group, path, lambda part: added(part, fresh(FIRST, lang)))


def _begin(group: Group, path: Path, lang: str) -> Group:
    """A group inside a group is the other way round."""

    def inside(part: Part) -> Part:
        other = isinstance(part, Group) and not part.any
        return added(part, Group((fresh(FIRST, lang), fresh(FIRST, lang)), any=other))

    return changed(group, path, inside) if len(path) < GROUPS_MAX else group


def _drop(group: Group, path: Path, lang: str) -> Group:
    return changed(group, path, lambda part: None) if path else group


ACTS: Mapping[str, Callable[[Group, Path, str], Group]] = {
    "add": _add, "group": _begin, "drop": _drop,
}  # fmt: skip


def fault_at(text: str, wrong: BadInput) -> tuple[int, Path | None]:
    """The column of a sentence that a refusal names, 0 for none, and the row that stands there."""
    said = wrong.message.removeprefix("column ")
    number, colon, _ = said.partition(":")
    if said == wrong.message or not colon or not number.isdigit():
        return 0, None
    return int(number), row_at(text, int(number))
