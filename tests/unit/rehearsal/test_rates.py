"""rehearsal.toml: what is shipped says what the code says, and every fault names its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import BadInput
from bot.rehearsal.rates import FILE, Rates, load_rates

SHIPPED = Path(__file__).parents[3] / FILE
WORDY = ("words", "staff")  # the file has more to say than the code


def test_the_shipped_file_says_the_same_as_the_code() -> None:
    shipped, plain = load_rates(SHIPPED), Rates()
    for name in Rates.__slots__:
        if name not in WORDY:
            assert getattr(shipped, name) == getattr(plain, name), name


def test_every_key_is_shipped_with_a_comment() -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    keys = {line.partition(" =")[0] for line in lines if " = " in line and line[0].isalpha()}
    parts = [getattr(Rates(), name) for name in Rates.__slots__]
    wanted = {key for part in parts for key in getattr(part, "__slots__", ())}
    assert keys == wanted | {"grid"}
    single = [line for line in lines if " = " in line and line[0].isalpha() and "[" not in line]
    assert all("#" in line for line in single)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('grid = "often"', "grid: 'often' is no length of time"),
        ('grid = "0s"', "is no length of time above 0"),
        ("[talk]\nhours = [1, 2]", "hours wants 24 weights"),
        ("[talk]\nlength = [0, 0]", "weights are 0 or more, and not all 0"),
        ("[talk]\nspread = 2", "spread is between 0 and 1"),
        ("[say]\nask = 0\nchat = 0\ncomplain = 0", "weights are 0 or more, and not all 0"),
        ("[acts]\ndelete = -1", "a rate is 0 or more"),
        ("[arrive]\nsecond = 3", "is no part of a whole"),
        ("[taps]\nsince = '25:00'", "'25:00' is no time of day"),
        ("[staff]\nsince = '22:00'", "since comes before until"),
        ("[words]\nopt_out = []", "opt_out wants at least one wording"),
        ("[acts]\ndelet = 1", "did you mean 'delete'?"),
    ],
)
def test_a_fault_is_told_with_its_key(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=FILE) as caught:
        load_rates(file)
    assert told in str(caught.value)
