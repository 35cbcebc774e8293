from bot.members.agreeing import fate


def test_only_words_that_both_sides_changed_need_a_person() -> None:
    assert fate("", "ours", "") == "send"
    assert fate("", "ours", "ours") == "done"
    assert fate("", "ours", "theirs") == "conflict"
    assert {fate(base, ours, theirs) for base, ours in ("01", "10") for theirs in "01"} == {
        "send", "done"}  # fmt: skip
