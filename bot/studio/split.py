"""A personal text in a bulk kind: receivers grouped by what they would read, and what that costs.

A bulk task of the platform carries one text for all its receivers, and its owner's tap sends it. So
each different text is a task of its own for each account, and a tap of each owner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.errors import OneVoiceError
from bot.studio.render import CannotRender, Rendered
from bot.studio.template import Template

RECEIVERS_MAX = 10_000  # of one bulk task (page 92135)


class Receiver(NamedTuple):
    """A member, and the account that would write to him."""

    member: str
    account: str


@dataclass(frozen=True, slots=True)
class Group:
    """Receivers of one account who would read the same."""

    account: str
    made: Rendered
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """``texts`` different ones; ``taps``: tasks of each account, of which each wants one tap of
    its owner; ``skipped`` members with the reason."""

    groups: tuple[Group, ...]
    skipped: tuple[tuple[str, str], ...]
    texts: int
    taps: Mapping[str, int]

    @property
    def tasks(self) -> int:
        """Tasks of the platform in all."""
        return sum(self.taps.values())


class TooManyTexts(OneVoiceError):
    """More different texts than the template allows. Nothing is grouped; ``texts`` are needed."""

    def __init__(self, name: str, texts: int, most: int) -> None:
        self.texts, self.most = texts, most
        super().__init__(f"template {name}: 会变成 {texts} 段不同的文字，最多 {most} 段；"
                         "去掉人人不同的变量，或者分几次、按标签分开发")  # fmt: skip


@dataclass(slots=True)
class _Sorting:
    most: int
    seen: set[int] = field(default_factory=set)
    groups: dict[tuple[str, str], tuple[Rendered, list[str]]] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def take(self, receiver: Receiver, made: Rendered | CannotRender) -> None:
        if isinstance(made, CannotRender):
            self.skipped.append((receiver.member, made.reason))
            return
        self.seen.add(hash(made.text))
        if len(self.seen) > self.most:
            self.groups.clear()  # it is refused: only the number of texts matters from here
            return
        _, members = self.groups.setdefault((receiver.account, made.text), (made, []))
        members.append(receiver.member)


def split(
    template: Template, rendered: Iterable[tuple[Receiver, Rendered | CannotRender]],
    receivers_max: int = RECEIVERS_MAX,
) -> Split:  # fmt: skip
    """Groups receivers by account and text, in the order in which they come.

    Raises TooManyTexts above ``split_max``; without it all must read the same.
    """
    sorting = _Sorting(template.split_max or 1)
    for receiver, made in rendered:
        sorting.take(receiver, made)
    if len(sorting.seen) > sorting.most:
        raise TooManyTexts(template.name, len(sorting.seen), sorting.most)
    groups = tuple(Group(account, made, tuple(members))
                   for (account, _), (made, members) in sorting.groups.items())  # fmt: skip
    taps: Counter[str] = Counter()
    for group in groups:
        taps[group.account] += -(-len(group.members) // receivers_max)
    return Split(groups=groups, skipped=tuple(sorting.skipped), texts=len(sorting.seen), taps=taps)
