"""Who takes part by what he writes: done in the transaction that ends his turn, and told in the
persona's words. What is done twice (a turn that was lost and comes again) counts once.

Who he is depends on the chat: whoever writes to a kf account or the official account is the member
of that chat; a colleague who talks to a smart robot is ``staff:USERID``, alone or in a group; in
the archive it is whoever wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.community.activity import Activity
from bot.core.model import GROUP_PEER, Inbound
from bot.core.passes import Passes
from bot.core.taking import LOOKS, Do, Took, Wish
from bot.library.programme import offered
from bot.library.speech import Setting
from bot.persona.taker import SIGNS
from bot.persona.taking import listed
from bot.pipeline import seeded, told, watching
from bot.pipeline.archive import CHANNEL as ARCHIVE
from bot.pipeline.ground import Ground
from bot.pipeline.having import LOOKED, claim, rename
from bot.pipeline.turn import Result
from bot.store import entering, runs, taking_part, turns
from bot.store.engine import Tx
from bot.store.turns import Claimed

log = logging.getLogger(__name__)
VOTES, HELPS = frozenset({"vote", "contest", "cocreate"}), frozenset({"help", "groupbuy"})
_MEANT: Mapping[Do, frozenset[str]] = {
    "check_in": frozenset({"checkin"}), "sign_up": SIGNS, "vote": VOTES, "help": HELPS,
    "team": frozenset({"team"}),
}  # fmt: skip


def carried(
    tx: Tx, held: Claimed, result: Result, setting: Setting, passes: Passes | None
) -> Result:  # fmt: skip
    """The turn with what came of its wishes: first they are carried out, then it is decided anew
    with what came of them. Raises StaleLease later, with all of it undone, where another was
    faster."""
    turns.hold(tx, held)  # as every end of a turn does: first the conversation, then the people
    silent = held.conversation.mode != "auto"
    took = {wish: _carried(Ground(tx, _when(setting, held, wish), held, _member(held, wish), wish,
                                  passes))
            for wish in result.takes if not (silent and wish.do in LOOKS)}  # fmt: skip
    for wish, one in took.items():
        log.info("taking part: %s by chat: %s", wish.key, one.line)
    return watching.work_out(replace(held, member=replace(held.member, took=took)), setting)


def _message(held: Claimed, wish: Wish) -> Inbound:
    return next((m for m in held.messages if m.dedupe == wish.source), held.messages[-1])


def _when(setting: Setting, held: Claimed, wish: Wish) -> Setting:
    """Now; what the archive shows was said when it was said."""
    if held.conversation.channel != ARCHIVE:
        return setting
    return replace(setting, now=min(_message(held, wish).sent_at, setting.now))


def _member(held: Claimed, wish: Wish) -> str:
    """Who says it: of a group, whoever wrote the message."""
    talk = held.conversation
    if talk.channel == ARCHIVE:
        return str(_message(held, wish).data.get("from", ""))
    if not talk.peer.startswith(GROUP_PEER):
        return held.member.id
    return f"staff:{_message(held, wish).data.get('from', '')}"


def _carried(on: Ground) -> Took:
    if on.wish.do == "missions" and not on.stranger:
        return seeded.missions(on)
    if looked := LOOKED.get(on.wish.do):
        return looked(on)
    if on.wish.do == "activities":
        return told.programme(on)
    if on.wish.do == "cancel":
        return Took(line="cancel")
    if on.stranger:
        return _stranger(on)
    if on.wish.do in ("seed_yes", "seed_no"):
        return seeded.answer(on)
    if on.wish.do in ("claim", "rename"):
        return (claim if on.wish.do == "claim" else rename)(on)
    found = on.setting.cast.activities.get(on.wish.activity)
    if found is None and on.wish.activity:
        return Took(line="nothing_on")
    return _in(on, found) if found is not None else _somewhere(on)


def _stranger(on: Ground) -> Took:
    """A colleague whom nobody has let into a circle: nothing of him is kept."""
    found = on.setting.cast.activities.get(on.wish.activity)
    return Took(line="colleague", facts={"title": found.title} if found else {})


def _somewhere(on: Ground) -> Took:
    """He named no activity: the one that is on, or he is asked which."""
    kinds = _MEANT[on.wish.do]
    there = [one for one in on.setting.cast.activities.values() if one.kind in kinds]
    open_ = [one for one in there if one.kind == "checkin" or told.is_open(on, one)]
    if on.wish.do == "help":
        open_ = [one for one in open_ if _asked_by(on, one)]
    named = [one for one in open_ if on.wish.do == "vote" and on.wish.words in one.options]
    if len(open_) == 1 or len(named) == 1:
        return _in(on, [*named, *open_][0])
    if not open_:
        return Took(line="unknown" if on.wish.do == "help" and there else "nothing_on")
    return Took(line="which", facts={"activities": listed(tuple(map(offered, open_)))})


def _asked_by(on: Ground, made: Activity) -> bool:
    row = runs.current(on.tx, made.id, on.now)
    return row is not None and entering.called(on.tx, row["id"], on.wish.words) is not None


def _in(on: Ground, made: Activity) -> Took:
    """What he does in one activity, by what kind of activity it is."""
    do = on.wish.do
    if do in ("vote", "help", "team", "sign_up", "check_in"):
        return _DOES[do](on, made)
    return _KINDS.get(made.kind, _enter)(on, made)


def _check_in(on: Ground, made: Activity) -> Took:
    answer = taking_part.check_in(on.tx, made, on.who(made), on.now, on.wish.words)
    return told.of(on, made, answer, streak=answer.streak)


def _sign(on: Ground, made: Activity) -> Took:
    answer = taking_part.sign_up(on.tx, made, on.who(made), on.now)
    return told.of(on, made, answer)


def _help(on: Ground, made: Activity) -> Took:
    if not on.wish.words:
        return _sign(on, made)
    answer = taking_part.help_with(on.tx, made, on.who(made), on.now, on.wish.words)
    return told.of(on, made, answer, line="helped")


def _team(on: Ground, made: Activity) -> Took:
    if not on.wish.words:
        return told.asking(on, made, "team")
    answer = taking_part.join_team(on.tx, made, on.who(made), on.now, on.wish.words)
    return told.of(on, made, answer, team=on.wish.words)


def _vote(on: Ground, made: Activity) -> Took:
    options = told.options(on, made)
    if made.kind == "cocreate" and not options:
        return _enter(on, made)
    if not on.wish.words:
        return told.asking(on, made, "vote")
    choice = told.choice(options, on.wish.words)
    answer = taking_part.vote(on.tx, made, on.who(made), on.now, choice)
    if answer.state == "unknown":
        return told.asking(on, made, "vote", line="unknown_choice")
    if answer.ok and made.kind == "cocreate":  # a step is taken by handing in, too
        taking_part.submit(on.tx, made, on.who(made), on.now, text=choice, option=choice)
    return told.of(on, made, answer, line="voted", choice=choice)


def _quiz(on: Ground, made: Activity) -> Took:
    answers = told.answers(on, made)
    if not answers or not all(answers):
        return told.asking(on, made, "quiz", answers=answers)
    answer = taking_part.submit(on.tx, made, on.who(made), on.now, answers=answers)
    return told.of(on, made, answer)


def _cocreate(on: Ground, made: Activity) -> Took:
    return (_vote if told.options(on, made) else _enter)(on, made)


def _enter(on: Ground, made: Activity) -> Took:
    wish = on.wish
    agrees = wish.do == "agree"
    if not wish.words and not wish.media and not agrees:
        return told.asking(on, made, "entry")
    who = replace(on.who(made), agrees=agrees)
    answer = taking_part.submit(on.tx, made, who, on.now, text=wish.words, media=wish.media)
    if answer.state == "empty":
        return told.asking(on, made, "entry", line="empty")
    return told.of(on, made, answer)


Does = Callable[[Ground, Activity], Took]
_DOES: Mapping[Do, Does] = {"vote": _vote, "help": _help, "team": _team, "sign_up": _sign,
                            "check_in": _check_in}  # fmt: skip
_KINDS: Mapping[str, Does] = {
    "checkin": _check_in, "quiz": _quiz, "vote": _vote, "draw": _sign, "register": _sign,
    "help": _help, "groupbuy": _help, "team": _team, "cocreate": _cocreate,
}  # fmt: skip
