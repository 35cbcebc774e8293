"""What a form asks next, and what is remembered and said when nothing is left to ask."""

from __future__ import annotations

from dataclasses import replace

from bot.persona import admitting, asks, lines, memory, prompts, state, values
from bot.persona.form import Field, Form
from bot.persona.lines import Case, Making
from bot.persona.memory import Note
from bot.persona.rule import Say
from bot.persona.state import CONFIRM, CONSENT, FIX, State

YES_NO = [("对", "对"), ("不对", "不对")]


def advance(case: Case, made: Making, now: State) -> Making:
    """Asks what the form wants to know next, or finishes it."""
    form, facts = case.script.forms[now.id], _facts(now)
    key, again = f"form:{form.id}", case.state is not None and now.nags > 0
    if now.spot == FIX:
        told = [(f.label, f.label) for f in form.fields if f.id in now.values]
        return asks.ask(case, made, f"{key}.fix", ((prompts.LINES["fix"],),), told)
    for field in form.fields:
        spot, say, items = _due(case, made, now, field)
        if spot:
            made = replace(made, kept=state.put(made.kept, now.evolve(spot=spot)))
            return asks.ask(case, made, f"{key}.{spot.lstrip('?')}", say, items, resume=again,
                              facts=facts)  # fmt: skip
    if form.confirm and now.values and not now.confirmed:
        made = replace(made, kept=state.put(made.kept, now.evolve(spot=CONFIRM)))
        return asks.ask(case, made, f"{key}.confirm", form.confirm, YES_NO,
                          resume=again, facts=facts)  # fmt: skip
    return _finish(case, made, form, now)


def _due(
    case: Case, made: Making, now: State, field: Field
) -> tuple[str, Say, list[tuple[str, str]]]:
    """What must be asked for a field: its purpose, itself, or (an empty spot) nothing."""
    nothing: tuple[str, Say, list[tuple[str, str]]] = ("", (), [])
    told = field.id in now.values
    known = bool(field.fact) and field.fact in case.speech.facts
    if field.id in now.skipped or (known and not told):
        return nothing
    purpose = field.consent
    if purpose and purpose not in now.consents and not memory.agreed(made.kept, purpose):
        choices = [(prompts.YES, prompts.YES), (prompts.NO, prompts.NO)]
        return f"{CONSENT}:{purpose}", case.script.consents[purpose].ask, choices
    return nothing if told else (field.id, field.ask, items_of(field))


def _facts(now: State) -> dict[str, str]:
    return dict(now.values)


def _finish(case: Case, made: Making, form: Form, now: State) -> Making:
    """Remembers what may be remembered, and says the last word."""
    kept = state.put(made.kept, None)
    for name, value in now.values.items():
        field = form.field(name)
        if field.fact:
            kept = memory.learn(kept, {field.fact: value}, case.script.persona.memory,
                                _note(case, made, now, field))  # fmt: skip
    if not now.values and now.skipped:
        made = replace(made, kept=kept, settled=True)
        return lines.told(case, made, f"form:{form.id}", "cancel", form.cancel)
    facts = {name: values.shown(value) for name, value in now.values.items()}
    key = f"form:{form.id}"
    case = replace(case, speech=replace(case.speech, facts={**case.speech.facts, **facts}))
    made = lines.noted(replace(made, kept=kept, settled=True, tags=(*made.tags, *form.tags),
                               handoff=made.handoff or form.handoff,
                               start_flow=made.start_flow or form.start_flow), key)  # fmt: skip
    if form.circle:
        made = admitting.applied(made, form, now)
    say = form.say if now.values else form.known or form.say
    if say:
        return lines.told(case, made, key, "say" if now.values else "known", say)
    return lines.promise(case, made, f"表单 {form.id} 填完了。")


def _note(case: Case, made: Making, now: State, field: Field) -> Note:
    agreed = now.consents.get(field.consent, "")
    if field.consent and not agreed:
        agreed = next((note.get("agreed", "") for note in (made.kept.get("notes") or {}).values()
                       if note.get("consent") == field.consent), "")  # fmt: skip
    return Note(at=case.turn.now, source=now.sources.get(field.id, ""), consent=field.consent,
                agreed=agreed)  # fmt: skip


def items_of(field: Field) -> list[tuple[str, str]]:
    """The answers of a field that can be tapped on."""
    return [(option.label, option.label) for option in field.options]
