"""What is done about a case by itself, and what colleagues decide about it.

A reminder is a flow (``trigger = "moderated"``): so it goes through the kf chat while that is open,
else as a task for the tap of the account's owner, and the governor has its say. A colleague who
wrote in an internal group is told by the application.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.community.moderating import Flag, Moderation, flags, measure
from bot.core.clock import HOUR
from bot.core.event import Happened
from bot.library.speech import Setting
from bot.store import flows, happened, honouring, judged, moderation, people
from bot.store.engine import Row, Tx
from bot.store.moderation import VERDICTS, ModerationRefused
from bot.store.runs import ActivityRefused
from scheduler.fate import DONE, Fate
from scheduler.flows import triggered
from scheduler.hosting import leads, tell
from scheduler.prompting import SOMEBODY

REMINDED = "moderated"
KEPT_FOR_ANSWERS = 2  # of the kf window, as flows keep it
WORDS = 40
SPOTS = {"group": "客户群", "internal": "内部群", "entry": "活动", "kf": "客服会话"}
HELD = {"cooldown": "刚提醒过，间隔还没到", "unreachable": "没有能私下说话的渠道",
        "flow": "没有流程去说", "": ""}  # fmt: skip


def run_case(tx: Tx, setting: Setting, due: Row) -> Fate:
    """An entry is looked at, or a case is acted upon."""
    rules, told = setting.cast.moderation, due["data"]
    if rules is None:
        return Fate("skip", "there are no rules")
    if "entry" in told:
        return _look(tx, setting, rules, told["entry"])
    case = moderation.hold(tx, int(told["case"]))
    if case is None or case["state"] != "waiting" or case["reminded_at"] is not None:
        return Fate("skip", "it is decided")
    rule = rules.rules.get(case["rule"])
    _act(tx, setting, rules, case, Flag(case["rule"], rule.act if rule else told["act"]))
    return DONE


def own_domains(setting: Setting) -> frozenset[str]:
    """Domains that belong to the brand."""
    return frozenset(setting.cast.brand.link_domains)


def _look(tx: Tx, setting: Setting, rules: Moderation, dedupe: str) -> Fate:
    heard = moderation.entry_heard(tx, dedupe)
    if heard is None:
        return Fate("skip", "it has no words")
    found = flags(rules, "entry", heard.text, own_domains(setting))
    moderation.keep(tx, replace(heard, flags=tuple(found)), rules, setting.now)
    return DONE


def _act(tx: Tx, setting: Setting, rules: Moderation, case: Row, flag: Flag) -> None:
    past = moderation.past(tx, case, setting.now - rules.within_ms)
    way = _way(tx, setting, case)
    what = measure(rules, flag, past, setting.now, reachable=way != "unreachable")
    if what.remind and way != "flow":
        _remind(tx, setting, case, way, "scheduler")
    elif what.remind or what.why:
        moderation.not_reminded(tx, case, what.why or way)
    if what.escalate:
        why = f"within 之内第 {past.cases + 1} 次" if flag.act != "escalate" else "要紧的话"
        _escalate(tx, setting, rules, case, "scheduler", why)


def _way(tx: Tx, setting: Setting, case: Row) -> str:
    """The persona by which he can be told in private, ``app`` for a colleague; ``unreachable``, or
    ``flow``: nothing would say it."""
    if not case["member"]:
        return "app" if case["staff"] and setting.agent else "unreachable"
    near = [one for one in _voices(setting, case) if _reaches(tx, setting, case["member"], one)]
    if not near:
        return "unreachable"
    say = (one for one in near
           if triggered(setting.cast.flows, REMINDED, one, case["rule"]))  # fmt: skip
    return next(say, "flow")


def _voices(setting: Setting, case: Row) -> Iterator[str]:
    """Personas that may say it: the one whose place it is, then the others."""
    owner = setting.cast.persona_of("contact", case["account"]) or ""
    found = (case["persona"], owner, *setting.cast.scripts)
    yield from dict.fromkeys(one for one in found if one in setting.cast.scripts
                             and not setting.cast.silence(one, setting.now))  # fmt: skip


def _reaches(tx: Tx, setting: Setting, member: str, persona: str) -> bool:
    accounts, limits = setting.cast.accounts_of(persona, "kf"), setting.limits
    since = setting.now - limits.kf_hours * HOUR
    talks = people.open_windows(tx, member, since, limits.kf_messages - KEPT_FOR_ANSWERS)
    if any(talk["account"] in accounts for talk in talks):
        return True
    ours = setting.cast.accounts_of(persona, "contact")
    return bool(flows.friends(tx, [member], ours))


def _remind(tx: Tx, setting: Setting, case: Row, way: str, actor: str) -> None:
    """Once for each case: what the flow says is its own."""
    if not moderation.reminded(tx, case, setting.now, actor):
        return
    if way == "app":
        tell(tx, setting, case["staff"], f"你在群里发的「{_short(case['text'])}」不合群里的规矩，"
             "下回留意一下。", f"moderation/{case['id']}/remind")  # fmt: skip
        return
    happened.tell(tx, REMINDED, f"{case['id']}", case["member"], setting.now, which=case["rule"],
                  persona=way)  # fmt: skip


def _escalate(
    tx: Tx, setting: Setting, rules: Moderation, case: Row, actor: str, why: str
) -> None:  # fmt: skip
    fresh = moderation.hold(tx, case["id"])
    if fresh is None or not moderation.move(tx, fresh, "escalate", setting.now, actor=actor,
                                            why=why):  # fmt: skip
        return
    name = people.names_of(tx, [case["member"]]).get(case["member"], "") if case["member"] \
        else case["staff"]  # fmt: skip
    words = (f"{SPOTS[case['spot']]}里有一条要你看：{name or SOMEBODY}「{_short(case['text'])}」"
             f"（{rules.title(case['rule'])}，{why}）")  # fmt: skip
    link = f"\n{setting.pages}/moderation" if setting.pages else ""
    for userid in leads(tx, setting):
        tell(tx, setting, userid, words + link, f"moderation/{case['id']}/escalate")


def _short(text: str) -> str:
    words = " ".join(text.split()).replace("<", "〈").replace(">", "〉")
    return words if len(words) <= WORDS else f"{words[: WORDS - 1]}…"


def decide(
    tx: Tx, setting: Setting, id: int, act: str, *, actor: str, why: str = ""
) -> Row:  # fmt: skip
    """A colleague accepts, removes, warns or escalates; the case as it is then. Raises
    ModerationRefused: it is decided, or it cannot be done."""
    case = moderation.hold(tx, id)
    if case is None:
        raise ModerationRefused(f"没有第 {id} 条")
    if case["state"] not in moderation.OPEN:
        raise ModerationRefused(f"这一条 {case['decided_by']} 已经处理过了")
    if act in VERDICTS and case["spot"] == "entry":
        _verdict(tx, setting, case, act, actor, why)
    elif act in ("accept", "remove"):
        _closed(tx, setting, case, act, actor, why)
    elif act == "warn":
        _warn(tx, setting, case, actor, why)
    elif act == "escalate" and setting.cast.moderation is not None:
        if case["state"] == "escalated":
            raise ModerationRefused("已经告诉主管了")
        _escalate(tx, setting, setting.cast.moderation, case, actor, why)
    else:
        raise ModerationRefused(f"没有 {act} 这种处理")
    return moderation.get(tx, id) or case


def _closed(tx: Tx, setting: Setting, case: Row, act: str, actor: str, why: str) -> None:
    if act == "remove" and not why.strip():
        raise ModerationRefused("写一句为什么，以后有人问得清楚")
    moderation.move(tx, case, act, setting.now, actor=actor, why=why)


def _verdict(tx: Tx, setting: Setting, case: Row, act: str, actor: str, why: str) -> None:
    """Of an entry the verdict is that of ``activity judge``, and closes the case with it; what a
    check-in gave is struck out."""
    entry = judged.entry(tx, case["source"])
    if entry is None or entry["kind"] != Happened.SUBMITTED:
        _closed(tx, setting, case, act, actor, why)
        if entry is not None and act == "remove":
            honouring.strike(tx, case["source"], setting.now, why=why, actor=actor)
        return
    try:
        judged.accept(tx, case["source"], setting.now, yes=VERDICTS[act], why=why, actor=actor)
    except ActivityRefused as refused:
        raise ModerationRefused(str(refused)) from None
    left = moderation.get(tx, case["id"])
    if left is not None and left["state"] in moderation.OPEN:
        moderation.move(tx, left, act, setting.now, actor=actor, why=why)


def _warn(tx: Tx, setting: Setting, case: Row, actor: str, why: str) -> None:
    if case["reminded_at"] is not None:
        raise ModerationRefused("这一条已经私下提醒过了，同一条不说第二遍")
    way = _way(tx, setting, case)
    if way in HELD:
        raise ModerationRefused(f"{HELD[way]}，只能当面或在群里说；做完点「处理好了」")
    _remind(tx, setting, case, way, actor)
    moderation.move(tx, moderation.hold(tx, case["id"]) or case, "warn", setting.now, actor=actor,
                    why=why)  # fmt: skip
