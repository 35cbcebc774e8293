"""The label that says a text was written by a language model.

Scripted texts are a person's words and carry none, whoever presses the button.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.body import Body, Markdown, Menu, Rich, Text
from bot.core.guarding import Label, is_label


def wants(label: Label, operator: str) -> bool:
    """True when what this operator wrote must be labelled."""
    return label.mode == "explicit" and operator in label.operators


def labelled(body: Body, label: Label, persona: str = "") -> Body:
    """``body`` with the label where the policy puts it, once; ``persona``: the persona's own,
    which counts if it says what a label must say."""
    mark = mark_of(label, persona)
    match body:
        case Text(text) | Markdown(text) | Rich(text):
            return replace(body, text=_put(text, mark, label.place))
        case Menu(head=head):
            return replace(body, head=_put(head, mark, label.place))
        case _:
            return body


def mark_of(label: Label, persona: str = "") -> str:
    """The words of the label."""
    return persona.strip() if is_label(persona) else label.text.strip()


def ends_of(label: Label, persona: str = "") -> tuple[str, str]:
    """What stands before and after a text that a model began, whoever changes it; else ''."""
    if label.mode == "off":
        return "", ""
    mark = mark_of(label, persona)
    return (mark if label.place in ("start", "around") else "",
            mark if label.place in ("end", "around") else "")  # fmt: skip


def is_labelled(body: Body, label: Label, persona: str = "") -> bool:
    """True when the label stands where it should, or there are no words to label."""
    return labelled(body, label, persona) == body


def _put(text: str, mark: str, place: str) -> str:
    core = text.strip()
    if not core:
        return text
    starts = place in ("start", "around") and not core.startswith(mark)
    ends = place in ("end", "around") and not core.endswith(mark)
    if not starts and not ends:
        return text
    return (f"{mark}\n" if starts else "") + core + (f"\n{mark}" if ends else "")
