"""Reading a persona's files: strict, with the line of every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import BadInput
from bot.core.model import Binding
from bot.persona.brand import parse_brand
from bot.persona.dialogue import parse_dialogue
from bot.persona.faq import parse_faq
from bot.persona.load import parse_persona, read_persona_folder
from tests.unit.persona.looking import lint_persona

SMALL = 'id = "xiaozhan"\nname = "小盏"\ntype = "spokesperson"\n'
FAQ = "id,question,similar,answer\n"
FOLDER = "personas/xiaozhan"


def test_the_smallest_persona() -> None:
    persona = parse_persona({"persona.toml": SMALL}, FOLDER)
    assert (persona.id, persona.kind, persona.after_misses) == ("xiaozhan", "personified", 2)
    assert persona.fallback.say
    assert persona.bindings == ()


def test_an_expert_hands_over_at_the_first_miss() -> None:
    text = SMALL.replace("spokesperson", "expert")
    assert parse_persona({"persona.toml": text}, FOLDER).after_misses == 1
    text += "[handoff]\nafter_misses = 3\n"
    assert parse_persona({"persona.toml": text}, FOLDER).after_misses == 3


def test_accounts_become_bindings() -> None:
    text = SMALL + '[accounts]\nkf = ["wk1", "wk2"]\ncontact = ["lin.xi"]\n'
    assert parse_persona({"persona.toml": text}, FOLDER).bindings == (
        Binding(channel="contact", account="lin.xi"),
        Binding(channel="kf", account="wk1"),
        Binding(channel="kf", account="wk2"),
    )


PERSONA_FAULTS = [
    ('id = "x"\nname = "小盏"\ntype = "kol"\n', 1, "folder"),
    ('id = "X"\nname = "小盏"\ntype = "kol"\n', 1, "no id"),
    (SMALL.replace("spokesperson", "spokeperson"), 3, "spokesperson"),
    (SMALL + 'kidn = "leader"\n', 4, "did you mean 'kind'"),
    (SMALL + "[hours]\nopen = '9:00'\nclose = '21:00'\n", 4, "09:00"),
    (SMALL + "[matching]\nanswer = 0.3\nask = 0.5\n", 4, "ask <= answer"),
    (SMALL + "valid_from = 2027-01-01\nvalid_to = 2026-01-01\n", 5, "before"),
    (SMALL + "[memory]\ndefault = 'team'\n", 5, "'team'"),
    ("id = \n", 1, "TOML"),
]


@pytest.mark.parametrize(("text", "line", "words"), PERSONA_FAULTS)
def test_a_fault_in_persona_toml(text: str, line: int, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_persona({"persona.toml": text}, FOLDER)
    assert (caught.value.file, caught.value.line) == (f"{FOLDER}/persona.toml", line)
    assert words in str(caught.value)


RULE_FAULTS = [
    ("[[rule]]\nid = 'a'\nsay = ['好']\n", 1, "nothing triggers"),
    ("[[rule]]\nid = 'a'\nkeywords = ['b']\n", 1, "does nothing"),
    ("[[rule]]\nid = 'a b'\n", 2, "no rule id"),
    ("[[rule]]\nid = 'faq:a'\n", 2, "no rule id"),
    ("[[rule]]\nid = 'a'\nkeywords = ['？']\nsay = ['好']\n", 3, "nothing to match"),
    ("[[rule]]\nid = 'a'\npattern = '('\nsay = ['好']\n", 3, "regular expression"),
    ("[[rule]]\nid = 'a'\npattern = '(a+)+b'\nsay = ['好']\n", 3, "repetition"),
    ("[[rule]]\nid = 'a'\nkeywords = ['b']\nsay = '好'\n", 4, "list"),
    ("[[rule]]\nid = 'a'\nkeywords = ['b']\nsay = [3]\n", 4, "texts"),
    ("[[rule]]\nid = 'a'\nkeywords = ['b']\nsay = [['1','2','3','4']]\n", 4, "at most 3"),
    ("[[rule]]\nid = 'a'\nkeyword = ['b']\n", 3, "did you mean 'keywords'"),
    (
        "[[rule]]\nid = 'a'\nkeywords = ['b']\nsay = ['好']\n" * 2,
        6,
        "stands already in line 1",
    ),
    (
        "[[rule]]\nid = 'a'\npattern = 'b'\nremember = ['c']\nsay = ['好']\n",
        4,
        "not found by the pattern",
    ),
    ("[[rule]]\nid = 'a'\nkeywords = ['b']\nlead = true\nsay = ['好']\n", 4, "nobody is called"),
]


@pytest.mark.parametrize(("text", "line", "words"), RULE_FAULTS)
def test_a_fault_in_dialogue_toml(text: str, line: int, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_dialogue(text, "d.toml")
    assert caught.value.line == line
    assert words in str(caught.value)


def test_greetings_are_openers_unless_said_otherwise() -> None:
    text = "[[rule]]\nid = '{}'\nkeywords = ['你好', '在吗']\nsay = ['在']\n{}"
    made = parse_dialogue(text.format("a", "") + text.format("b", "opener = false\n"), "d").rules
    assert [rule.opener for rule in made] == [True, False]


def test_faq_rows_keep_their_lines() -> None:
    text = (
        "\ufeff"
        + FAQ
        + '1,几点开门,"营业吗|开着吗",九点。\n\n2,"怎么\n泡",,"水开。\n再等。"\n3,贵吗,,不贵。\n'
    )
    rows, findings = parse_faq(text, "faq.csv")
    assert findings == ()
    assert [(row.rule, row.line) for row in rows] == [("faq:1", 2), ("faq:2", 4), ("faq:3", 7)]
    assert rows[0].wordings == ("几点开门", "营业吗", "开着吗")
    assert rows[1].answer == "水开。\n再等。"


def test_every_bad_faq_row_is_reported() -> None:
    text = FAQ + "1,问,,\n1,,,答\n,问,,答\n2,好,,答\n2,坏,,答\n3,好！,,答\n"
    rows, findings = parse_faq(text, "faq.csv")
    assert [row.id for row in rows] == ["2", "3"]
    assert [(f.line, f.rule, f.severity) for f in findings] == [
        (2, "faq.empty", "error"),
        (3, "faq.empty", "error"),
        (4, "faq.empty", "error"),
        (6, "faq.duplicate-id", "error"),
        (7, "faq.duplicate-wording", "warning"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("id,question,answer\n", 1),
        (FAQ + "1,问,答\n", 2),
        (FAQ + '1,"问,,答\n', 2),
        (FAQ + '1,问,,答\n2,"问"x,,答\n', 3),
    ],
)
def test_a_broken_csv_names_its_line(text: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        parse_persona({"persona.toml": SMALL, "faq.csv": text}, FOLDER)
    assert (caught.value.file, caught.value.line) == (f"{FOLDER}/faq.csv", line)


def test_the_brand() -> None:
    brand = parse_brand('name = "半盏"\ntaboo = ["第一"]\nlink_domains = ["a.example"]\n', "b")
    assert (brand.taboo, brand.link_domains) == (("第一",), ("a.example",))
    with pytest.raises(BadInput, match="no domain"):
        parse_brand('name = "半盏"\nlink_domains = ["https://a.example"]\n', "b")


def lint(dialogue: str = "", faq: str = "", persona: str = SMALL) -> set[tuple[str, str, int]]:
    files = {"persona.toml": persona, "dialogue.toml": dialogue, "faq.csv": FAQ + faq}
    brand = parse_brand('name = "半盏"\ntaboo = ["最佳", "第一"]\n', "brand.toml")
    found = lint_persona(files, FOLDER, brand, set())
    return {(f.rule, f.severity, f.line) for f in found if f.rule != "persona.kind"}


def test_a_clean_persona_has_one_warning_for_its_absent_kind() -> None:
    files = {"persona.toml": SMALL, "faq.csv": FAQ + "1,几点开门,,第一泡的水开了就开门。\n"}
    brand = parse_brand('name = "半盏"\ntaboo = ["第一"]\n', "brand.toml")
    found = lint_persona(files, FOLDER, brand, set())
    assert [(f.rule, f.severity) for f in found] == [("persona.kind", "warning")]


@pytest.mark.parametrize(
    ("dialogue", "faq", "finding"),
    [
        ("", "1,问,,template:replies/none\n", ("persona.template", "error", 2)),
        ("", "1,问,,这是最佳。\n", ("persona.taboo", "error", 2)),
        ("", "1,问,,你好{。\n", ("persona.braces", "error", 2)),
        ("", f"1,问,,{'长' * 700}\n", ("persona.size", "warning", 2)),
        (
            "[[rule]]\nid='a'\nkeywords=['退']\nsay=['好']\n"
            "[[rule]]\nid='b'\nkeywords=['退款']\nsay=['好']\n",
            "",
            ("persona.shadowed", "warning", 5),
        ),
        ("[[rule]]\nid='a'\nevent='x'\nsay=['好']\n[[rule]]\nid='b'\nevent='x'\nsay=['好']\n", "",
         ("persona.event", "error", 5)),
    ],
)  # fmt: skip
def test_lint(dialogue: str, faq: str, finding: tuple[str, str, int]) -> None:
    assert finding in lint(dialogue, faq)


def test_a_folder_on_disk(tmp_path: Path) -> None:
    folder = tmp_path / "xiaozhan"
    (folder / "tests").mkdir(parents=True)
    (folder / "persona.toml").write_text(SMALL, encoding="utf-8-sig")
    (folder / "tests" / "a.toml").write_text("", encoding="utf-8")
    (folder / "notes.txt").write_text("no part of it", encoding="utf-8")
    files = read_persona_folder(folder)
    assert sorted(files) == ["persona.toml", "tests/a.toml"]
    assert parse_persona(files, FOLDER).name == "小盏"
    (folder / "faq.csv").write_bytes("id,question\n问".encode("gbk"))
    with pytest.raises(BadInput, match=r"faq.csv:2: not UTF-8"):
        read_persona_folder(folder)


def test_all_faults_of_a_dialogue_are_told_at_once() -> None:
    text = (
        '[[rule]]\nid = "x y"\nkeywords = ["a"]\nsay = []\nin = 3\n'
        '[[rule]]\nid = "b"\nkeywords = ["b"]\nsay = ["b"]\nnext = "gone"\n'
        '[[rule]]\nid = "b"\nkeywords = ["c"]\nsay = ["c"]\nin = ["s", "none"]\n'
        '[[step]]\nid = "s"\nask = ["?"]\n'
    )
    with pytest.raises(BadInput) as caught:
        parse_dialogue(text, "d")
    assert sorted((one.line, one.message.partition(": ")[2]) for one in caught.value.every) == [
        (1, "this rule does nothing"), (2, "'x y' is no rule id"),
        (5, "wants the id of a step, or a list of them"),
        (10, "there is no step 'gone'"), (12, "'b' stands already in line 6"),
        (15, "there is no step 'none'"),
    ]  # fmt: skip
