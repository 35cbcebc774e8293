"""What a shift of the atmosphere team is prompted for: the activity that is on, what to say first,
who waits for an answer, whose birthday it is, who has not been heard of for long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from bot.community.atmosphere import Atmosphere, Duty
from bot.community.runs import question
from bot.core.body import plain
from bot.core.clock import DAY, HOUR, MINUTE, local
from bot.core.span import parse_span
from bot.library.speech import Setting, prepare
from bot.store import atmosphere, circles, grouphealth, people, persons, runs
from bot.store.atmosphere import Ask, Shift
from bot.store.engine import Row, Tx
from bot.studio.render import CannotRender
from scheduler.sweeps import kept_on

PATIENCE, ASKED_MAX = 10 * MINUTE, 40  # a question may stand open so long
MOST = 5  # of one sort in a shift: nobody greets twenty people in two hours
SOMEBODY = "一位朋友"
BORN = "今天是 {name} 的生日；祝福先私下说，本人愿意再在群里提"
QUIET = "{name} {days} 天没有动静了，找个由头问候一声，不要提买东西"


def chats_of(tx: Tx, setting: Setting, made: Atmosphere, duty: Duty) -> list[Row]:
    """The groups of a shift."""
    circle = setting.cast.circles.get(made.circle)
    return atmosphere.chats(tx, duty.groups or (circle.groups if circle else ()))


def voice(tx: Tx, setting: Setting, made: Atmosphere) -> str:
    """In whose words something is suggested; empty: nobody's."""
    circle = setting.cast.circles.get(made.circle)
    found = made.persona or (circles.led_by(tx, circle) if circle else "")
    return found if found in setting.cast.scripts else ""


def asks(tx: Tx, setting: Setting, made: Atmosphere, duty: Duty, shift: Shift) -> list[Ask]:
    """Everything of a shift, in the order of the file."""
    places = [chat["id"] for chat in chats_of(tx, setting, made, duty)]
    return [one for name in dict.fromkeys(duty.asks)
            for one in _FINDERS[name](tx, setting, made, duty, shift, places)]  # fmt: skip


def _activity(
    tx: Tx, setting: Setting, made: Atmosphere, duty: Duty, shift: Shift, places: Sequence[str]
) -> Iterator[Ask]:
    for row in atmosphere.runs(tx, made.circle, setting.now)[:MOST]:
        rules = runs.rules_of(tx, row)
        if rules is None:
            continue
        asked = question(rules, row["key"]) or rules.about
        until = local(row["close_at"], setting.cast.zone)
        text = f"「{rules.title}」正开着，{until:%m-%d %H:%M} 截止。{asked}".strip()
        yield Ask(ask="activity", key=f"activity/{row['id']}", text=text)


def _say(
    tx: Tx, setting: Setting, made: Atmosphere, duty: Duty, shift: Shift, places: Sequence[str]
) -> Iterator[Ask]:
    """The template whose turn it is, else the next one that may be said now."""
    persona = voice(tx, setting, made)
    if not duty.say or not persona:
        return
    first = local(shift.since, setting.cast.zone).date().toordinal() % len(duty.say)
    for name in (*duty.say[first:], *duty.say[:first]):
        try:
            found = prepare(setting, persona, name, circle=made.circle)
        except CannotRender:
            continue
        yield Ask(ask="say", key="say", text=plain(found.body), content=name,
                  content_version=found.version, persona=persona)  # fmt: skip
        return


def _unanswered(
    tx: Tx, setting: Setting, made: Atmosphere, duty: Duty, shift: Shift, places: Sequence[str]
) -> Iterator[Ask]:
    yield from _asked(tx, setting, places)
    for row in atmosphere.unanswered(tx, places, MOST) if places else ():
        for_, name = _waited(setting, row["since"]), _name(tx, row["member"])
        yield Ask(ask="unanswered", key=f"unanswered/{row['conversation']}", about=row["member"],
                  conversation=row["conversation"],
                  text=f"{name} 在客服里问的话等了 {for_}，还没有人答")  # fmt: skip


def _asked(tx: Tx, setting: Setting, places: Sequence[str]) -> Iterator[Ask]:
    """Questions in the groups that nobody took up, as the archive has them."""
    before, since = setting.now - PATIENCE, setting.now - DAY
    found = [(place, line) for place in places if setting.archive
             for line in grouphealth.unanswered(tx, place, since, before, setting.now)]  # fmt: skip
    for place, line in sorted(found, key=lambda one: one[1].at)[:MOST]:
        person = persons.person_of(tx, [line.who]).get(line.who, line.who)
        said = " ".join(line.text.split())[:ASKED_MAX]
        name, waited = _name(tx, person), _waited(setting, line.at)
        yield Ask(ask="unanswered", key=f"asked/{place}/{line.at}", about=person,
                  text=f"{name} 在群里问「{said}」，{waited}没有人接")  # fmt: skip


def _waited(setting: Setting, since: int) -> str:
    waited = setting.now - since
    return f"{waited // HOUR} 小时" if waited >= HOUR else f"{max(1, waited // MINUTE)} 分钟"


def _birthday(
    tx: Tx, setting: Setting, made: Atmosphere, duty: Duty, shift: Shift, places: Sequence[str]
) -> Iterator[Ask]:
    day: date = local(setting.now, setting.cast.zone).date()
    for member in atmosphere.birthdays(tx, places, kept_on(day), MOST) if places else ():
        yield Ask(ask="birthday", key=f"birthday/{member}", about=member,
                  text=BORN.format(name=_name(tx, member)))  # fmt: skip


def _silent(
    tx: Tx, setting: Setting, made: Atmosphere, duty: Duty, shift: Shift, places: Sequence[str]
) -> Iterator[Ask]:
    if not places:
        return
    span = parse_span(made.silent_for)
    since = setting.now - span
    days = span // DAY
    for member in atmosphere.silent(tx, places, since, since, MOST):
        yield Ask(ask="silent", key=f"silent/{member}", about=member,
                  text=QUIET.format(name=_name(tx, member), days=days))  # fmt: skip


def _name(tx: Tx, member: str) -> str:
    return people.names_of(tx, [member]).get(member) or SOMEBODY


Finder = Callable[[Tx, Setting, Atmosphere, Duty, Shift, Sequence[str]], Iterator[Ask]]
_FINDERS: Mapping[str, Finder] = {
    "activity": _activity, "say": _say, "unanswered": _unanswered, "birthday": _birthday,
    "silent": _silent,
}  # fmt: skip
