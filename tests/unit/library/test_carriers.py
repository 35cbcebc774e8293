"""A post for customer groups need not fit a push robot: the calendar is told before it is due."""

from __future__ import annotations

import pytest

from bot.library.carriers import review_carriers
from bot.studio.parse import parse_template
from scheduler.calendar import Entry

HEAD = '+++\ntitle = "x"\n'
LINK = '[[attachment]]\ntype = "link"\ntitle = "a"\nurl = "https://a.example"\n'
IMAGE = '[[attachment]]\ntype = "image"\nasset = "a.png"\n'


@pytest.mark.parametrize(
    ("head", "body", "severities"),
    [
        ("", "x" * 2048, []),
        ("", "x" * 2049, ["error"]),
        (LINK, "x" * 512, []),
        (LINK, "x" * 513, ["error"]),
        (LINK * 8, "好", []),
        (LINK * 9, "好", ["error"]),
        (LINK + 'desc = "d"\n', "x" * 600, ["warning"]),
        (IMAGE, "好", ["error"]),
    ],
)
def test_what_a_push_robot_takes(head: str, body: str, severities: list[str]) -> None:
    made = parse_template("groups/a", f"{HEAD}{head}+++\n{body}", "x.j2")
    for groups in ("internal", "both", "customer"):
        entry = Entry(id="e", when="daily 09:00", do="group_post", persona="p",
                      template="groups/a", groups=groups)  # type: ignore[arg-type]  # fmt: skip
        found = [f.severity for f in review_carriers([entry], {"groups/a": made})]
        assert found == ([] if groups == "customer" else severities)
