"""Filling a form: what an answer means, what is asked next, what is remembered in the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.core.clock import local
from bot.persona import asks, closing, control, lines, memory, state, values
from bot.persona.form import Field, Form
from bot.persona.lines import Case, Making
from bot.persona.normalise import normalise
from bot.persona.reading import Hit, hit_of
from bot.persona.rule import Say
from bot.persona.state import CONFIRM, CONSENT, FIX, State
from bot.persona.values import Asking, understand

Taken = tuple[Making, tuple[Hit, ...]] | None
ASIDE_MIN = 4  # characters beside an answer that may be a question of their own
_TAKEN_BACK = (
    r"(?:写|填|说|打|搞)?(?:错了?|不对|要改)?[,，:：\s]*"
    r"(?:应该)?(?:是|改成|改为|换成)?[:：\s]*(?P<rest>.+)$"
)
TOLD_MISSES_MAX = 1  # who says it again has answered
GREETING_MAX, QUESTION_MAX = 4, 16  # characters of a greeting, of a question without its mark
_QUESTION = re.compile(r"(?:[?？]|吗[。.!！~～]*)\s*$")
_CLAUSE = re.compile(r"[,，。.!！;；\s]+")


def begun(case: Case, name: str) -> State:
    """A form at its beginning, with what the member's words tell already."""
    form = case.script.forms[name]
    found, _ = _gather(case, form.fields, "", case.words)
    fresh = State(kind="form", id=name, at=case.turn.now)
    return _filled(case, fresh, found)


def take(case: Case, made: Making, now: State) -> Taken:
    """What a message means for the form; None when it goes the usual way."""
    form, spot = case.script.forms[now.id], now.spot.partition(":")[0]
    declines = spot == CONSENT and normalise(case.words).startswith("不用")
    if control.cancels(case.words) and not declines:
        return _leave(case, made, form, "cancel", form.cancel)
    if any(hit.kind == "intent" for hit in case.reading.hits):
        return aside(case, made, now)
    if form.circle:
        return _told(case, made, form, now)
    return _SPOTS.get(spot, _answered)(case, made, form, now)


def photo(case: Case, made: Making) -> Making | None:
    """A picture that was asked for; None when none was."""
    now = case.state
    if now is None or now.kind != "form" or now.spot.startswith("?") or not now.spot:
        return None
    if case.script.forms[now.id].field(now.spot).kind != "photo":
        return None
    message = next((m for m in case.turn.messages if m.kind == "image"), None)
    if message is None:
        return None
    return _accept(case, made, now, {now.spot: message.dedupe[: memory.FACT_MAX]})


def aside(case: Case, made: Making, now: State, hits: tuple[Hit, ...] | None = None) -> Taken:
    """Something else is asked in between; the question stays, and is repeated a few times."""
    later = now.evolve(nags=now.nags + 1, at=case.turn.now)
    return (replace(made, kept=state.put(made.kept, later)),
            case.reading.hits if hits is None else hits)  # fmt: skip


def _answered(case: Case, made: Making, form: Form, now: State) -> Taken:
    """An answer to the field that was asked, and to others that came with it."""
    field = form.field(now.spot)
    if control.skips(case.words):
        if not field.optional:
            return _leave(case, made, form, "cancel", form.cancel)
        return _accept(case, made, now.evolve(skipped=(*now.skipped, field.id)), {}), ()
    if control.goes_back(case.words):
        return _back(case, made, form, now), ()
    corrected = _corrected(case, form, now)
    if corrected:
        return _accept(case, made, now, corrected), ()
    open_fields = [f for f in form.fields if f.id not in now.values and f.id not in now.skipped]
    found, rest = _gather(case, open_fields, field.id, case.words)
    called = [hit for hit in case.reading.hits if hit.rule and hit.rule.handoff]
    beside = len(normalise(rest)) >= ASIDE_MIN
    free = field.kind == "text" and not field.pattern and field.id in found
    # "thanks" is no name, and neither is a question that the script knows
    polite = any(hit.rule and hit.rule.exact for hit in case.reading.hits)
    question = free and case.reading.hits and (called or polite or control.asks(case.words))
    if not found or question or (called and beside):
        return _missed(case, made, form, now, field)
    asked = hit_of(case.script, rest, case.situation) if beside else None
    made = _accept(case, made, now, found)
    return made, (asked,) if asked and asked.kind in ("rule", "wording") else ()


def _told(case: Case, made: Making, form: Form, now: State) -> Taken:
    """What is said to a question of a circle is its answer, but for a question of his own, thanks,
    a word that calls a person, and the wish to be in or out, which is under way."""
    words, hits, field = case.words, case.reading.hits, form.field(now.spot)
    here = [hit.wants for hit in hits if hit.wants and hit.wants.circle == form.circle]
    if any(wish.leaves for wish in here) or control.refuses(words):
        return _leave(case, made, form, "cancel", form.cancel)
    if here:
        return _accept(case, made, now, {}), ()
    if control.goes_back(words):
        return _back(case, made, form, now), ()
    if case.reading.grave:
        return None  # a person has to see it
    unclear = _is_no_answer(words, hits) and (hits or now.misses < TOLD_MISSES_MAX)
    if unclear or not normalise(words):
        return _missed(case, made, form, now, field)
    return _accept(case, made, now, {field.id: " ".join(words.split())[: memory.FACT_MAX]}), ()


def _is_no_answer(words: str, hits: Sequence[Hit]) -> bool:
    key = normalise(words)
    if any(hit.wants or (hit.rule and hit.rule.handoff) for hit in hits):
        return True
    greets = len(key) <= GREETING_MAX and any(hit.kind == "opener" for hit in hits)
    polite = greets or any(hit.rule and hit.rule.exact for hit in hits)
    if polite and control.agrees(words) is None:
        return True
    # a long answer may hold a word that asks (水温多少没量过，就知道怎么泡都苦)
    return bool(_QUESTION.search(words)) or (control.asks(words) and len(key) <= QUESTION_MAX)


def _missed(case: Case, made: Making, form: Form, now: State, field: Field | None) -> Taken:
    """No answer: a question in between, or words that were not understood."""
    if case.reading.hits:
        return aside(case, made, now)
    if now.misses >= state.MISSES_MAX:
        return replace(made, kept=state.put(made.kept, None)), ()
    missed = now.evolve(misses=now.misses + 1, at=case.turn.now)
    made = replace(made, kept=state.put(made.kept, missed))
    key = f"form:{form.id}"
    made = lines.noted(made, key, "没听懂对这一问的回答，再问一次。")
    if field and field.retry:
        say = field.retry
        return asks.ask(case, made, f"{key}.{field.id}.retry", say, closing.items_of(field)), ()
    return closing.advance(case, lines.told(case, made, key, "retry", ()), missed), ()


def _agreed(case: Case, made: Making, form: Form, now: State) -> Taken:
    """Yes or no to a purpose, perhaps with the answer itself behind it."""
    purpose = now.spot.partition(":")[2]
    said = control.agrees(_CLAUSE.split(case.words.strip())[0])
    open_fields = [f for f in form.fields if f.id not in now.values]
    found, _ = _gather(case, open_fields, "", case.words)
    if said is None:
        return (_accept(case, made, now, found), ()) if found else _missed(
            case, made, form, now, None)  # fmt: skip
    made = replace(made, consents={**made.consents, purpose: said})
    if said:
        source = case.turn.messages[-1].dedupe
        return _accept(
            case, made, now.evolve(consents={**now.consents, purpose: source}), found
        ), ()
    refused = tuple(f.id for f in form.fields if f.consent == purpose)
    kept = {name: value for name, value in now.values.items() if name not in refused}
    now = now.evolve(consents={**now.consents, purpose: ""}, values=kept,
                     skipped=(*now.skipped, *refused))  # fmt: skip
    if all(f.id in now.skipped for f in form.fields):
        return _leave(case, made, form, "refused", form.refused)
    made = lines.told(case, made, f"form:{form.id}", "refused", form.refused)
    return _accept(case, made, now, {}), ()


def _confirmed(case: Case, made: Making, form: Form, now: State) -> Taken:
    """The summary was right, or something of it is put right."""
    corrected = _corrected(case, form, now)
    if corrected:
        return _accept(case, made, now, corrected), ()
    said = control.agrees(case.words)
    if said:
        return _accept(case, made, now.evolve(confirmed=True), {}), ()
    if said is False or control.corrects(case.words) is not None:
        told = [f for f in form.fields if f.id in now.values]
        if len(told) == 1:
            return _accept(case, made, now.evolve(values={}), {}), ()
        return _accept(case, made, now.evolve(spot=FIX), {}, FIX), ()
    return _missed(case, made, form, now, None)


def _fixed(case: Case, made: Making, form: Form, now: State) -> Taken:
    """Which field is wrong."""
    corrected = _corrected(case, form, now)
    if corrected:
        return _accept(case, made, now, corrected), ()
    for field in form.fields:
        if field.id in now.values and field.label in case.words:
            rest = {name: value for name, value in now.values.items() if name != field.id}
            return _accept(case, made, now.evolve(values=rest), {}), ()
    return _missed(case, made, form, now, None)


_SPOTS: Mapping[str, Callable[[Case, Making, Form, State], Taken]] = {
    CONSENT: _agreed, CONFIRM: _confirmed, FIX: _fixed,
}  # fmt: skip


def _accept(
    case: Case, made: Making, now: State, found: Mapping[str, str], spot: str = ""
) -> Making:
    """The form with these answers; ``follow`` asks what comes next."""
    later = _filled(case, now, found).evolve(spot=spot, misses=0, nags=0, at=case.turn.now)
    made = replace(made, kept=state.put(made.kept, later))
    which = "入圈的问题" if case.script.forms[now.id].circle else f"表单 {now.id} "
    return lines.noted(made, f"form:{now.id}", f"{which}收到回答。")


def _filled(case: Case, now: State, found: Mapping[str, str]) -> State:
    source = case.turn.messages[-1].dedupe[: memory.FROM_MAX] if case.turn.messages else ""
    return now.evolve(values={**now.values, **found},
                      sources={**now.sources, **dict.fromkeys(found, source)})  # fmt: skip


def _leave(case: Case, made: Making, form: Form, name: str, say: Say) -> Taken:
    """The form ends here, and nothing of it is kept."""
    made = lines.told(case, made, f"form:{form.id}", name, say)
    return replace(made, kept=state.put(made.kept, None), settled=True), ()


def _back(case: Case, made: Making, form: Form, now: State) -> Making:
    """The field answered last is asked again; at the first field the same one is."""
    last = next(reversed(tuple(now.values)), None)
    rest = {name: value for name, value in now.values.items() if name != last}
    return _accept(case, made, now.evolve(values=rest, skipped=now.skipped[:-1]
                                          if last is None else now.skipped), {})  # fmt: skip


def _corrected(case: Case, form: Form, now: State) -> dict[str, str]:
    """New values for answered fields: by name (名字错了，是…), or after "that is wrong"."""
    told = [form.field(name) for name in reversed(tuple(now.values))]
    text = values.prepared(case.words)
    for field in told:
        named = re.match(rf"(?:我的?)?{re.escape(field.label)}{_TAKEN_BACK}", text)
        if named and (hit := understand(named["rest"], _asking(case, field, True))):
            return {field.id: hit.value}
    rest = control.corrects(text)
    if not rest:
        return {}
    rest = re.sub(r"^(?:应该)?是(?!不)", "", rest)
    for field in sorted(told, key=lambda f: f.kind == "text"):
        if hit := understand(rest, _asking(case, field, True)):
            return {field.id: hit.value}
    return {}


def _asking(case: Case, field: Field, asked: bool) -> Asking:
    return Asking(field=field, asked=asked, today=local(case.turn.now, case.script.zone).date())


def _gather(
    case: Case, fields: Iterable[Field], asked: str, words: str
) -> tuple[dict[str, str], str]:
    """Values of as many fields as the words answer, the asked one first, and what is left of them.

    A free text that was asked for takes what the others leave.
    """
    rest = text = values.prepared(words)
    found: dict[str, str] = {}
    for field in sorted(fields, key=lambda f: (f.id == asked and f.kind == "text", f.id != asked)):
        free = field.kind == "text" and not field.pattern
        # a name stays as it was typed, in traditional characters as well
        source = words if free and rest == text else rest
        hit = understand(source, _asking(case, field, field.id == asked))
        if hit:
            found[field.id] = " ".join(hit.value.split())
            rest = f"{source[: hit.start]} {source[hit.end :]}".strip()
    return found, rest
