"""What whoever takes part is told: the line, and what it may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.community.activity import Activity
from bot.community.runs import question, stage_at
from bot.core.clock import local
from bot.core.taking import Ask, Asked, Took
from bot.library.programme import offered
from bot.persona.normalise import normalise
from bot.persona.quizzing import answers_of
from bot.persona.taking import asking as asked_words
from bot.persona.taking import done_line, listed, numbered
from bot.pipeline.ground import Ground
from bot.store import entering, honours, runs
from bot.store.answers import Answer
from bot.store.engine import Row
from scheduler import activities

_LINES: Mapping[str, str] = {"level": "too_low"}  # states that a line has under another name
ANY = "说一句、发一张图都行。"


def of(on: Ground, made: Activity, answer: Answer, *, line: str = "", **more: object) -> Took:
    """What came of it, as it is said."""
    row = runs.get(on.tx, answer.run) if answer.run else None
    facts = about(on, made, row) | {key: str(one) for key, one in more.items() if one}
    if facts.get("streak") == "1":
        del facts["streak"]
    if answer.ticket and made.kind in ("draw", "help", "groupbuy", "contest"):
        facts["ticket"] = answer.ticket
    if answer.state == "consent":
        return Took(line="consent", facts=facts, asked=Asked(
            ask="agree", activity=made.id, run=answer.run, at=on.now, text=on.wish.words,
            media=on.wish.media))  # fmt: skip
    if answer.state != "done":
        return Took(line=_LINES.get(answer.state, answer.state), facts=facts)
    if gained := honours.gained(on.tx, on.member, answer.event):
        facts["gained"] = str(gained)
    thanks = made.templates.thanks
    given = activities.given(on.tx, row, made) if thanks and row else {}
    return Took(line=line or done_line(made.kind), facts=facts, template=thanks, given=given)


def asking(
    on: Ground, made: Activity, ask: Ask, *, line: str = "", answers: Sequence[int] = ()
) -> Took:  # fmt: skip
    """What he is asked, if he may take part now; else why he may not."""
    at = entering.at_run(on.tx, made, on.who(made), on.now, submits=ask in ("entry", "quiz"))
    if isinstance(at, Answer):
        return of(on, made, at)
    if ask == "quiz" and at.mine:
        return of(on, made, at.answer("already"))
    rules, facts = at.made, about(on, made, at.run)
    shown: tuple[tuple[str, ...], ...] = ()
    if ask == "quiz":
        quiz = offered(rules).questions
        shown = tuple(each for _, each in quiz)
        left = [n for n, a in enumerate(answers) if not a] or range(len(quiz))
        facts["questions"] = asked_words(quiz, left)
    elif ask == "vote":
        shown = (options(on, made),)
        if not shown[0]:
            return Took(line="vote_entries", facts=facts)
        facts["options"] = numbered(shown[0])
    return Took(line=line or ask, facts=facts, asked=Asked(
        ask=ask, activity=made.id, run=at.run["id"], at=on.now, options=shown,
        answers=tuple(answers)))  # fmt: skip


def programme(on: Ground) -> Took:
    """What is on now."""
    there = [one for one in on.setting.cast.activities.values()
             if one.kind == "checkin" or is_open(on, one)]  # fmt: skip
    if not there:
        return Took(line="no_activities")
    return Took(line="activities", facts={"activities": listed(tuple(map(offered, there)))})


def is_open(on: Ground, made: Activity) -> bool:
    """True while one may take part."""
    row = runs.current(on.tx, made.id, on.now)
    return (row is not None and row["state"] in (runs.ANNOUNCED, runs.OPEN)
            and row["join_at"] <= on.now < row["close_at"])  # fmt: skip


def options(on: Ground, made: Activity) -> tuple[str, ...]:
    """What can be chosen now: of a vote, or of the step of a co-creation."""
    row = runs.current(on.tx, made.id, on.now)
    rules = (runs.rules_of(on.tx, row) if row else None) or made
    if rules.kind != "cocreate":
        return rules.options
    step = stage_at(rules, row["announce_at"], on.now) if row else None
    return step.options if step else ()


def choice(among: Sequence[str], words: str) -> str:
    """An option by its number or its words, else the words as they are."""
    if words.isdecimal() and 0 < int(words) <= len(among):
        return among[int(words) - 1]
    return next((one for one in among if normalise(one) == normalise(words)), words)


def answers(on: Ground, made: Activity) -> tuple[int, ...]:
    """His answers to a quiz: those of a question that was asked, or behind its name."""
    if on.wish.answers or not on.wish.words:
        return on.wish.answers
    row = runs.current(on.tx, made.id, on.now)
    rules = (runs.rules_of(on.tx, row) if row else None) or made
    return answers_of(normalise(on.wish.words), tuple(one.options for one in rules.questions))


def about(on: Ground, made: Activity, row: Row | None) -> dict[str, str]:
    """What every line about an activity may name."""
    circle = on.setting.cast.circles.get(made.circle)
    facts = {"title": made.title, "about": made.about, "circle": circle.title if circle else ""}
    if row is not None:
        step = stage_at(made, row["announce_at"], on.now)
        asks = step.ask if step else question(made, row["key"])
        facts["question"] = asks or made.about or ANY
        if made.kind != "checkin":
            facts["deadline"] = moment(row["close_at"], on.now, on.zone)
    return {key: text for key, text in facts.items() if text}


def moment(at: int, now: int, zone: str) -> str:
    """A time as people say it."""
    when, today = local(at, zone), local(now, zone).date()
    clock = f"{when.hour}:{when.minute:02}"
    days = {today: "今天", today + timedelta(days=1): "明天"}
    return f"{days.get(when.date(), f'{when.month}月{when.day}日')} {clock}"
