"""Nothing crosses a scope that the policy does not open, whatever is said to whom and where."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.persona import memory
from bot.persona.persona import MemoryPolicy, Scope
from bot.persona.script import Script
from bot.persona.talk import Said, Talker
from tests.unit.persona.scripts import NOON, script, words

FACTS = ("tea", "city", "pet")
RULES = (
    "".join(
        f"[[rule]]\nid='{name}'\npattern='{name}=(?P<{name}>[a-z]+)'\nsay=['ok']\n"
        f"[[rule]]\nid='ask-{name}'\nkeywords=['你记得{name}']\nsay=['记得{{{name}}}','又记得{{{name}}}']\n"
        for name in FACTS
    )
    + """
[[consent]]
id = "keep"
ask = ["可以记吗？"]
[[rule]]
id = "form"
keywords = ["登记"]
form = "card"
[[form]]
id = "card"
say = ["好。"]
[[form.field]]
id = "pet"
ask = ["养什么？"]
consent = "keep"
"""
)
SCOPES = st.sampled_from(["persona", "account", "conversation"])
MOVES = st.lists(st.tuples(
    st.sampled_from(["A", "B"]), st.sampled_from(["x", "y"]),
    st.sampled_from(["登记", "可以", "不", "算了", *(f"{n}={v}" for n in FACTS for v in ("cat", "dog")),
                     *(f"你记得{n}" for n in FACTS)]),
), max_size=25)  # fmt: skip


def made(scopes: dict[str, Scope], default: Scope) -> Script:
    named = {s: [n for n, own in scopes.items() if own == s] for s in memory.SCOPES}
    lines = "".join(f"{scope} = {names!r}\n" for scope, names in named.items())
    return script(
        f'[memory]\ndefault = "{default}"\n{lines}', RULES, "id,question,similar,answer\n"
    )


def visible(a: tuple[str, str], b: tuple[str, str], scope: Scope) -> bool:
    """A fact told to conversation ``a`` (member, account) may be seen in ``b``."""
    if a[0] != b[0]:
        return False
    return scope == "persona" or a[1] == b[1]


@settings(max_examples=60)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FACTS, SCOPES)), SCOPES, MOVES)
def test_facts_are_seen_where_the_policy_lets_them(
    scopes: dict[str, Scope], default: Scope, moves: list[tuple[str, str, str]]
) -> None:
    talk = Talker(made(scopes, default))
    policy = MemoryPolicy(
        default=default,
        **{  # type: ignore[arg-type]
            s: tuple(n for n, own in scopes.items() if own == s) for s in memory.SCOPES
        },
    )
    told: dict[str, list[tuple[tuple[str, str], str]]] = {name: [] for name in FACTS}
    for member, account, text in moves:
        place = (member, account)
        before = talk.remembered(member, account)
        decision = talk.hear((Said(text=text),), member, NOON, account)
        for name in FACTS:
            allowed = {v for where, v in told[name] if visible(where, place, policy.scope_of(name))}
            assert before.get(name, "") in allowed | {""}
            if text == f"你记得{name}":
                said = "".join(words(decision))
                assert not ({"cat", "dog"} - allowed) & {v for v in ("cat", "dog") if v in said}
            now = talk.remembered(member, account).get(name)
            if now is not None and now != before.get(name):
                told[name].append((place, now))
        others = [(m, a) for m in "AB" for a in "xy" if m != member]
        for other in others:
            seen = talk.remembered(*other)
            assert all(any(w[0] == other[0] and v == seen[n] for w, v in told[n]) for n in seen)


@settings(max_examples=100)
@given(
    st.dictionaries(st.sampled_from(FACTS), st.text(max_size=5)),
    st.fixed_dictionaries({}, optional=dict.fromkeys(FACTS, SCOPES)),
    SCOPES,
)
def test_notes_go_where_their_facts_go(
    facts: dict[str, str], scopes: dict[str, Scope], default: Scope
) -> None:
    policy = MemoryPolicy(
        default=default,
        **{  # type: ignore[arg-type]
            s: tuple(n for n, own in scopes.items() if own == s) for s in memory.SCOPES
        },
    )
    note = memory.Note(at=1, source="m1", consent="keep", agreed="m0")
    whole = {**memory.learn({}, facts, policy, note), "state": {"kind": "form"}, "tags": ["a"]}
    parts = memory.split(whole, policy)
    for scope, part in parts.items():
        assert all(policy.scope_of(name) == scope for name in part.get("notes", {}))
        assert set(part.get("notes", {})) == set(part.get("facts", {}))
    assert "state" not in parts["persona"] and "state" not in parts["account"]
    assert memory.join(parts) == whole


def test_facts_of_an_older_version_still_read() -> None:
    old = {"facts": {"tea": "绿茶"}, "seen": {"a": 2}, "away": "2026-11-19"}
    assert memory.facts(old) == {"tea": "绿茶"}
    kept = memory.learn(old, {"city": "杭州"}, MemoryPolicy(), memory.Note(at=5))
    assert memory.facts(kept) == {"tea": "绿茶", "city": "杭州"}
    assert kept["notes"] == {"city": {"at": 5}}


LINES = st.lists(st.sampled_from(
    ["登记", "可以", "不", "在吗", "呃呃", "算了", "image", "voice", "sticker"]), max_size=20)  # fmt: skip


@settings(max_examples=40)
@given(LINES, st.lists(st.sampled_from(["x", "y", "z"]), min_size=20, max_size=20))
def test_variants_depend_on_the_member_alone(lines: list[str], accounts: list[str]) -> None:
    """Asked through any accounts, the same words get the same variants; only talks are apart."""
    rule = "[[rule]]\nid='hi'\nkeywords=['在吗']\nsay=['一','二','三']\n"
    media = "[[rule]]\nid='pic'\nevent='message:*'\nsay=['图一','图二']\n"
    one, many = Talker(script("", rule + media)), Talker(script("", rule + media))
    for line, account in zip(lines, accounts, strict=False):
        said = Said(text=line) if not line.isascii() else Said(kind=line)
        first = words(one.hear((said,), "m", NOON, "x"))
        other = words(many.hear((said,), "m", NOON, account))
        if line in ("在吗", "image", "voice", "sticker"):
            assert first == other
