"""Flow steps whose time has come, a page at once: which way each takes, or why it is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.core.clock import local
from bot.core.model import is_promotion
from bot.core.span import parse_span
from bot.library.speech import Setting, prepare
from bot.store import codes, schedule
from bot.store import flows as store
from bot.store.codes import Purpose
from bot.store.engine import Row, Tx
from bot.studio.render import CannotRender, Rendered
from scheduler import about, admission, versions, ways
from scheduler.about import About
from scheduler.facing import Case, outsiders, since
from scheduler.fate import DONE, Fate
from scheduler.flows import Flow
from scheduler.governor import Ask, Ruling
from scheduler.unless import Since
from scheduler.ways import Message, Way

ENDED = "the flow has ended for this member"
GONE = "the step is not in the flow any more"
GOAL = "goal: "
OPTED_OUT = "opted_out"
OWN_CODE = "member.invite_code"  # a source of templates


@dataclass(slots=True)
class _Page:
    """One page under way: what became of each row so far, and texts that were made already."""

    tx: Tx
    setting: Setting
    fates: dict[int, Fate] = field(default_factory=dict)
    texts: dict[tuple[str, str], Rendered | str] = field(default_factory=dict)

    def skip(self, case: Case, why: str) -> None:
        self.fates[case.due["id"]] = Fate("skip", why)


def run_steps(tx: Tx, setting: Setting, rows: Sequence[Row]) -> list[Fate]:
    """What became of each due row, in their order."""
    page = _Page(tx, setting)
    cases = _cases(page, rows)
    messages = [made for case in _facing(page, cases) if (made := _render(page, case)) is not None]
    while messages:
        # the governor sees what is queued and not what is asked beside it: one a member at a time
        first = {(m.run["persona"], m.run["member"]): m for m in reversed(messages)}
        _let_go(page, list(first.values()))
        messages = [m for m in messages if m.case.due["id"] not in page.fates]
    _close(page, rows, cases)
    return [page.fates[row["id"]] for row in rows]


def _cases(page: _Page, rows: Sequence[Row]) -> list[Case]:
    runs = store.runs(page.tx, [row["data"]["run"] for row in rows])
    found = []
    for row in rows:
        run = runs.get(row["data"]["run"])
        case = versions.case(page.tx, page.setting, row, run) if run else None
        if run is None or run["state"] != "running":
            page.fates[row["id"]] = Fate("skip", ENDED)
        elif case is None:
            page.fates[row["id"]] = Fate("skip", GONE)
        else:
            found.append(case)
    return found


def _facing(page: _Page, cases: Sequence[Case]) -> list[Case]:
    """Those for whom the step is meant, after what they did since the flow began."""
    known = since(page.tx, page.setting, cases)
    strangers = outsiders(page.tx, page.setting, cases)
    for case in cases:
        facts, outside = known.get(case.run["id"], Since()), case.due["id"] in strangers
        if why := _goal(page, case, facts) or _exception(page, case, facts, outside=outside):
            page.skip(case, why)
    return [case for case in cases if case.due["id"] not in page.fates]


def _goal(page: _Page, case: Case, known: Since) -> str:
    goal = case.flow.goal
    if goal is None or not goal.holds(known):
        return ""
    run, why = case.run["id"], f"{GOAL}{goal}"
    store.reached(page.tx, [run], page.setting.now)
    store.end(page.tx, [run], "finish", page.setting.now, why)
    return why


def _exception(page: _Page, case: Case, known: Since, *, outside: bool) -> str:
    step = case.step
    for condition in step.exceptions:
        if condition.holds(known):
            return f"unless: {condition}"
    if step.answered is not None and not step.answered.holds(known):
        return f"answer: nothing like {step.answer}"
    if outside:
        return f"when: not of {step.when}"
    late = page.setting.now > case.planned + parse_span(step.late)
    return f"late: more than {step.late}" if late else ""


def _render(page: _Page, case: Case) -> Message | None:
    """The step in words for this member; None with its fate when there are none."""
    setting, persona = page.setting, case.run["persona"]
    if why := setting.cast.silence(persona, setting.now):
        page.skip(case, f"persona_dates: {why}")
        return None
    template = setting.cast.shelf.get(case.step.template)
    if template is None:
        held = setting.cast.withheld.get(case.step.template)
        page.skip(case, f"content_withheld: {held}" if held
                  else f"there is no template {case.step.template}")  # fmt: skip
        return None
    day = local(setting.now, setting.cast.zone).date()
    content = setting.cast.shelf.chosen(case.step.template, case.run["member"], day)
    made = _text(page, persona, content)
    if isinstance(made, str):
        page.skip(case, made)
        return None
    return Message(case=case, kind=template.kind, body=made.body, content=content,
                   version=made.version)  # fmt: skip


def _text(page: _Page, persona: str, content: str) -> Rendered | str:
    key = (persona, content)
    if key not in page.texts:
        try:
            page.texts[key] = prepare(page.setting, persona, content)
        except CannotRender as exc:
            page.texts[key] = str(exc)
    return page.texts[key]


def _personal(
    page: _Page, found: Sequence[tuple[Message, Way | str]]
) -> list[tuple[Message, Way | str]]:  # fmt: skip
    """The messages as they are said to one person. What leaves by a tap is one text for many, so
    there everybody gets the wording of whom nothing is known."""
    alone = [message for message, way in found
             if isinstance(way, Way) and not way.tap and _wants(page, message)]  # fmt: skip
    if not alone:
        return list(found)
    _give_codes(page, alone)
    known = about.read(page.tx, page.setting, [(one.run, one.content) for one in alone])
    said = {id(one): _said_to(page, one, known) for one in alone
            if one.run["member"] in known.names}  # fmt: skip
    return [(said.get(id(message), message), way) for message, way in found]


def _give_codes(page: _Page, messages: Sequence[Message]) -> None:
    """Whoever is to pass on a code gets one."""
    asked = {message.run["member"] for message in messages
             if (template := page.setting.cast.shelf.get(message.content)) is not None
             and any(var.source == OWN_CODE for var in template.vars)}  # fmt: skip
    for member in sorted(asked - codes.own(page.tx, sorted(asked)).keys()):
        codes.make(page.tx, Purpose(owner=member), page.setting.now)


def _wants(page: _Page, message: Message) -> bool:
    template = page.setting.cast.shelf.get(message.content)
    return template is not None and template.personal


def _said_to(page: _Page, message: Message, known: About) -> Message:
    run = message.run
    try:
        made = prepare(page.setting, run["persona"], message.content, known.names[run["member"]],
                       known.facts(run), given={"reward": known.won.get(run["id"], {})},
                       circle=known.circles.get(run["id"], ""))  # fmt: skip
    except CannotRender:
        return message  # with his own facts it cannot be said; the wording for anybody can
    return replace(message, body=made.body, version=made.version)


def _let_go(page: _Page, messages: Sequence[Message]) -> None:
    """Asks the governor for all of them, and acts on its answers."""
    tx, setting = page.tx, page.setting
    found = [(message, ways.find(tx, setting, message)) for message in messages]
    found = _personal(page, found)
    open_ways = [(message, way) for message, way in found if isinstance(way, Way)]
    asks = [_ask(message, way) for message, way in open_ways]
    rulings = admission.ask_all(tx, setting, asks) if asks else []
    ruled = list(zip(asks, rulings, strict=True))
    for message, way in found:
        if isinstance(way, str):
            page.skip(message.case, f"unreachable: {way}")
            ruled.append((_ask(message, Way("", "contact", "")),
                          Ruling(answer="no", code="unreachable")))  # fmt: skip
    for (message, way), ruling in zip(open_ways, rulings, strict=True):
        page.fates[message.case.due["id"]] = _act(tx, setting, message, way, ruling)
    admission.refused(tx, setting, ruled)


def _ask(message: Message, way: Way) -> Ask:
    kind, origin = message.kind, message.origin
    return Ask(persona=message.run["persona"], member=message.run["member"], account=way.account,
               channel=way.channel, kind=kind, origin=origin, content=message.content,
               sells=is_promotion(kind, origin), tap=way.tap)  # fmt: skip


def _act(tx: Tx, setting: Setting, message: Message, way: Way, ruling: Ruling) -> Fate:
    if ruling.answer == "yes":
        ways.send(tx, setting, message, way)
        return DONE
    case, until = message.case, ruling.until
    last = case.planned + parse_span(case.step.late)
    if ruling.answer == "no" or until is None or until > last:
        return Fate("skip", ruling.code)
    return Fate("wait", ruling.code, until)


def _close(page: _Page, rows: Sequence[Row], cases: Sequence[Case]) -> None:
    """Ends the runs of which nothing waits any more, and those that are over before that."""
    over: dict[int, list[int]] = {}
    for row in rows:
        if page.fates[row["id"]].event != "wait":
            over.setdefault(row["data"]["run"], []).append(row["id"])
    if not over:
        return
    for case in cases:
        _cut_short(page, case, over.get(case.run["id"], []))
    left = store.left(page.tx, sorted(over))
    done = [run for run in sorted(over) if left.get(run, 0) <= len(over[run])]
    store.end(page.tx, done, "finish", page.setting.now)


def _cut_short(page: _Page, case: Case, keep: Sequence[int]) -> None:
    """What waits is given up when the goal is reached, or when all of it is promotion and he opted
    out of that."""
    run, note, now = case.run["id"], page.fates[case.due["id"]].note, page.setting.now
    if note.startswith(GOAL):
        schedule.drop_run(page.tx, run, now, note, keep=keep)
        schedule.unpool_run(page.tx, run, case.run["member"], now, note)
    elif note == OPTED_OUT and _only_promotes(page.setting, case.flow):
        store.end(page.tx, [run], "stop", now, note)
        schedule.drop_run(page.tx, run, now, note, keep=keep)


def _only_promotes(setting: Setting, flow: Flow) -> bool:
    origin = f"flow:{flow.id}"
    found = [setting.cast.shelf.get(step.template) for step in flow.file.step]
    return all(one is not None and is_promotion(one.kind, origin) for one in found)
