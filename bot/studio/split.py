"""A personal text in a bulk kind: receivers grouped by what they would read.

A bulk task of the platform carries one text for all its receivers, and its owner's tap sends it. So
each different text is a task of its own for each account, and a tap of each owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.studio.render import CannotRender, Rendered


@dataclass(frozen=True, slots=True)
class Split:
    """``groups``: a text and who reads it; ``skipped`` members with the reason."""

    groups: tuple[tuple[Rendered, tuple[str, ...]], ...]
    skipped: tuple[tuple[str, str], ...]


class TooManyTexts(CannotRender):
    """More different texts than the template allows. Nothing is grouped; ``texts`` are needed."""

    def __init__(self, name: str, texts: int, most: int) -> None:
        self.texts, self.most = texts, most
        super().__init__(name, f"会变成 {texts} 段不同的文字，最多 {most} 段；"
                         "去掉人人不同的变量，或者分几次、按标签分开发")  # fmt: skip


def split(
    name: str, rendered: Iterable[tuple[str, Rendered | CannotRender]], most: int | None = None
) -> Split:
    """Groups members by what template ``name`` came to for each, in the order in which they come.

    Raises TooManyTexts above ``most``; None: as many as there are.
    """
    seen, skipped = set[int](), list[tuple[str, str]]()
    groups: dict[str, tuple[Rendered, list[str]]] = {}
    for member, made in rendered:
        if isinstance(made, CannotRender):
            skipped.append((member, made.reason))
            continue
        seen.add(hash(made.text))
        if most is not None and len(seen) > most:
            groups.clear()  # it is refused: only the number of texts matters from here
        else:
            groups.setdefault(made.text, (made, []))[1].append(member)
    if most is not None and len(seen) > most:
        raise TooManyTexts(name, len(seen), most)
    return Split(tuple((made, tuple(those)) for made, those in groups.values()), tuple(skipped))
