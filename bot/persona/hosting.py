"""What is said to whoever wants into a circle or out of it, and the questions that he is asked.

The questions of a circle are a form like others (``form.py``), made from its file: asked one at a
time, broken off, taken up again, forgotten after a while. What differs is in ``filling.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

from bot.core.clock import HOUR
from bot.core.door import Door
from bot.persona.form import Field, Form
from bot.persona.rule import Say

EXPIRES = 2 * HOUR  # an answer takes longer to write than a date of birth
LINES: Mapping[str, str] = {
    "welcome": "好，欢迎进「{circle}」，这就算圈里人了。平时大家都在{groups}说话，随时来坐。",
    "inside": "「{circle}」的名单上早就有了，不用再报一次。平时大家都在{groups}说话。",
    "begin": "想进「{circle}」，先答{count}个小问题，照实说就好。中途不想报了，回一声「算了」。",
    "retry": "这一问还没听到回答，想到什么说什么就好：{question}",
    "thanks": "谢谢，答的都记下了。「{circle}」要等带圈的人看过才进，这会儿已经排上队了。",
    "waiting": "「{circle}」的申请还排着队，等带圈的人看过就定，不用再报一次。",
    "full": "「{circle}」这会儿满员了，先加不了人，不好意思。过些日子可以再来问一声。",
    "closed": "「{circle}」眼下不收新人，先说声抱歉。别的事照样可以问我。",
    "cancel": "好，那就先不报了。什么时候又想进「{circle}」，再说一声就行。",
    "left": "好，已经退出「{circle}」了。什么时候想回来，说一声就行。",
    "withdrawn": "好，「{circle}」的申请撤回来了。以后又想进，再说一声就行。",
    "outside": "名单上查过了，本来就不在「{circle}」里，不用退。",
}
# What a line may name beside the facts of any answer.
FACTS = frozenset({"circle", "about", "groups", "count", "question"})
_HOLE = re.compile(r"\{\s*(\w+)\s*\}")
_TITLES: Mapping[str, str] = {
    "builtin:circle-enter:": "想进「{}」", "builtin:circle-leave:": "想退出「{}」",
    "form:circle:": "「{}」入圈的问题",
}  # fmt: skip
_COUNTS = ("零", "一", "两", "三", "四", "五")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hosting:
    """[circle]: variants of each line; what is left out has a line of its own."""

    welcome: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    begin: tuple[str, ...] = ()
    retry: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    cancel: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All of them, for whoever looks over what a persona says."""
        return tuple(text for texts in astuple(self) for text in texts)

    def words(self, name: str, door: Door, **more: str) -> Say:
        """The variants of a line about one circle; what is not known of it is left as a hole."""
        known = {**_facts(door), **more}
        texts = getattr(self, name) or (LINES[name],)
        return tuple((_HOLE.sub(lambda hole: known.get(hole[1], hole[0]), text),) for text in texts)


def form_of(circle: str) -> str:
    """The id of the form that asks a circle's questions; no form of a script may have it."""
    return f"circle:{circle}"


def title(key: str, doors: Mapping[str, Door]) -> str:
    """What staff read for the key of a wish about a circle, or of its questions; else empty."""
    for begins, words in _TITLES.items():
        circle = key.removeprefix(begins)
        if circle != key and circle in doors:
            return words.format(doors[circle].title)
    return ""


def forms(own: Hosting, doors: Iterable[Door]) -> dict[str, Form]:
    """A form for each circle that asks something."""
    return {form_of(door.id): _form(own, door) for door in doors if door.questions}


def _form(own: Hosting, door: Door) -> Form:
    fields = tuple(Field(id=f"q{n}", ask=((question,),), label=question,
                         retry=own.words("retry", door, question=question))
                   for n, question in enumerate(door.questions, 1))  # fmt: skip
    return Form(id=form_of(door.id), fields=fields, say=own.words("thanks", door),
                cancel=own.words("cancel", door), expires=EXPIRES, circle=door.id)  # fmt: skip


def _facts(door: Door) -> dict[str, str]:
    groups = "和".join(f"「{name}」" for name in door.groups)
    told = {"circle": door.title, "about": door.about.rstrip("。"), "groups": groups,
            "count": _COUNTS[len(door.questions)]}  # fmt: skip
    return {name: text for name, text in told.items() if text}
