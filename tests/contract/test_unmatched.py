"""Questions without a good answer: kept with the turn, counted, decided about for all who ask."""

from __future__ import annotations

from bot.core.clock import DAY
from bot.store import retention, turns, unmatched
from bot.store.turns import Finish
from bot.store.unmatched import Decided, Missed, Open
from tests.contract.conftest import NOW, Bench
from tests.contract.making import claim_turns, hear, nothing_said, said

WHO = "xiaozhan"


def missed(text: str, norm: str = "", score: float = 0.2) -> Missed:
    return Missed(inbox=1, text=text, norm=norm or text, score=score, rule="faq:ship",
                  why="unknown")  # fmt: skip


def ask(db: Bench, text: str, norm: str = "", at: int = NOW, who: str = "kf:a:1") -> None:
    db.write(unmatched.add, WHO, who, "m1", [missed(text, norm)], at)


def test_equal_questions_count_together_and_the_most_asked_stands_first(db: Bench) -> None:
    ask(db, "能加盟吗", at=NOW - 3)
    ask(db, "能开发票吗？", "能开发票吗", NOW - 2)
    ask(db, "能开发票吗", at=NOW - 1, who="kf:a:2")
    ask(db, "能 开发票吗", "能开发票吗", NOW, "kf:a:2")
    found = db.read(unmatched.open_of, WHO)
    assert found[0] == Open(
        norm="能开发票吗", text="能 开发票吗", times=3, people=2, first_at=NOW - 2, last_at=NOW,
        score=0.2, why="unknown", conversation="kf:a:2",
    )  # fmt: skip
    assert [one.text for one in found] == ["能 开发票吗", "能加盟吗"]
    assert [one.text for one in db.read(unmatched.open_of, WHO, NOW - 2)] == ["能 开发票吗"]
    assert db.read(unmatched.counts) == {WHO: 4}
    assert db.read(unmatched.open_of, "laogu") == []


def test_what_is_decided_holds_for_all_who_asked_and_has_a_trail(db: Bench) -> None:
    for _ in range(2):
        ask(db, "能开发票吗")
    ask(db, "能加盟吗")
    assert db.write(unmatched.decide, WHO, ["能开发票吗"], "wording", "wang", NOW, "faq:bill") == 2
    assert db.write(unmatched.decide, WHO, ["能开发票吗"], "aside", "li", NOW) == 0
    assert [one.norm for one in db.read(unmatched.open_of, WHO)] == ["能加盟吗"]
    assert db.read(unmatched.decided, WHO) == [
        Decided(norm="能开发票吗", text="能开发票吗", times=2, fate="wording", at=NOW, actor="wang",
                target="faq:bill")
    ]  # fmt: skip
    [row] = db.look("SELECT * FROM audit WHERE subject LIKE 'unmatched:%'")
    assert (row["event"], row["actor"], row["reason"]) == ("wording", "wang", "faq:bill")


def test_what_was_set_aside_stays_so_until_it_is_taken_up_again(db: Bench) -> None:
    ask(db, "在吗")
    db.write(unmatched.decide, WHO, ["在吗"], "aside", "wang", NOW)
    ask(db, "在吗", at=NOW + 1)
    assert db.read(unmatched.open_of, WHO) == []
    assert db.read(unmatched.decided, WHO)[0].times == 2
    assert db.write(unmatched.reopen, WHO, "在吗", "li", NOW + 2)
    assert not db.write(unmatched.reopen, WHO, "在吗", "li", NOW + 2)
    assert db.read(unmatched.open_of, WHO)[0].times == 2


def test_what_got_an_answer_and_is_asked_in_vain_again_waits_again(db: Bench) -> None:
    ask(db, "能开发票吗")
    db.write(unmatched.decide, WHO, ["能开发票吗"], "answer", "wang", NOW, "faq:q-1")
    ask(db, "能开发票吗", at=NOW + DAY)
    assert db.read(unmatched.open_of, WHO)[0].times == 1


def test_a_turn_keeps_its_questions_with_everything_else_it_writes(db: Bench) -> None:
    hear(db, said(text="能开发票吗"))
    [held] = claim_turns(db)
    finish: Finish = nothing_said(persona=WHO, missed=(missed("能开发票吗"),))
    db.write(turns.finish, held, finish, NOW)
    [found] = db.read(unmatched.open_of, WHO)
    assert found.conversation == held.conversation.id


def test_the_words_go_when_those_of_the_inbox_go(db: Bench) -> None:
    ask(db, "老问题", at=NOW - 200 * DAY)
    ask(db, "新问题")
    assert db.write(retention.sweep, "unmatched", 0, NOW - 180 * DAY, 100).deleted == 1
    assert [one.text for one in db.read(unmatched.open_of, WHO)] == ["新问题"]
