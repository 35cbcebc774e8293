"""What the doctor's page makes of findings: which step, in which words, and where it is mended."""

from __future__ import annotations

import pytest

from bot.console import diagnosis
from bot.console.told import told
from bot.console.words import catalogue, known, say
from bot.core.doctoring import Checkup
from bot.core.findings import ERROR, WARNING, Finding
from bot.wecom.doctor.rules import RULES

EVERY = ("robot", "oa", "archive")


def finding(rule: str, severity: str = ERROR, file: str = "config.toml") -> Finding:
    return Finding(file=file, line=7, rule=rule, severity=severity, message=f"x: {rule}", fix="")


def states(*rules: str, online: bool = True, why: str = "") -> dict[str, str]:
    last = Checkup(at=1, online=online, by="x", findings=[finding(r) for r in rules], why=why)
    return {step.name: step.state for step in diagnosis.stages(last, EVERY, "zh")}


def test_every_rule_of_the_doctor_has_a_step_and_words_that_are_the_commands_own() -> None:
    named = {rule for rules in diagnosis.STAGES.values() for rule in rules}
    about_content = {"kf-link-missing", "link-domain", "draft-broken", "persona-ends",
                     "persona-ended"}  # fmt: skip
    assert named == set(RULES) - about_content
    assert {key.partition(".")[2] for key in catalogue() if key.startswith("doctor_what.")} == set(
        RULES)  # fmt: skip
    for rule in RULES.values():
        assert say("en", f"doctor_what.{rule.id}") == rule.what
        if rule.fix != "{meant}":
            assert say("en", f"doctor_fix.{rule.id}") == rule.fix
            assert (
                told("zh", rule.fix) != rule.fix
                or rule.fix.startswith(("chmod", "["))
                or not (
                    known(f"doctor_fix.{rule.id}")
                    and say("zh", f"doctor_fix.{rule.id}") != rule.fix
                )
            )


def test_a_finding_is_told_in_chinese_with_what_it_names() -> None:
    one = Finding(file="config.toml", line=9, rule="ip-not-trusted", severity=ERROR,
                  message=f"app assistant: {RULES['ip-not-trusted'].what} (60020 not allow)",
                  fix=RULES["ip-not-trusted"].fix.format(ip="203.0.113.9"))  # fmt: skip
    found = diagnosis.in_words(one, "zh")
    assert found.what == "这台服务器的地址不在可信名单里"
    assert found.detail == "app assistant (60020 not allow)"
    assert found.fix.startswith("应用管理") and "加上 203.0.113.9；" in found.fix
    assert found.where == "在 config.toml 第 9 行" and found.link == ""
    other = diagnosis.in_words(finding("persona.x", file="personas/a/faq.csv"), "zh")
    assert (other.what, other.detail) == ("x: persona.x", "")


def test_what_was_not_reached_is_not_called_well() -> None:
    assert set(states().values()) == {"good"}
    offline = states(online=False)
    assert offline["settings"] == "good" and offline["app"] == offline["callback"] == ""
    assert states("secret-missing")["app"] == "" and states("secret-missing")["settings"] == "bad"
    away = states("platform-unreachable")
    assert (away["corp"], away["callback"], away["app"], away["oa"]) == ("bad", "good", "", "")
    secret = states("app-secret", "oa-secret")
    assert (secret["app"], secret["kf"], secret["contact"]) == ("bad", "", "")
    assert (secret["oa"], secret["robot"]) == ("bad", "good")
    assert states("login-domain")["contact"] == "good", "the sign-in of staff keeps nobody out"
    assert set(states(why="no answer").values()) == {""}
    last = Checkup(at=1, online=True, by="x", findings=[finding("oa-ip", WARNING)])
    steps = {step.name: step.state for step in diagnosis.stages(last, (), "zh")}
    assert steps["oa"] == "wait" and "archive" not in steps, "what is found is shown in any case"


@pytest.mark.parametrize(("file", "link"), [
    ("config.toml", ""), ("personas/a/tests/x.toml", ""), ("content/assets/a.png", ""),
    ("personas/brand.toml", "/brand/files?file=brand.toml&line=7"),
    ("personas/小盏/faq.csv", "/personas/%E5%B0%8F%E7%9B%8F/files?file=faq.csv&line=7"),
    ("content/welcome/day0.j2", "/content/edit?t=welcome%2Fday0&view=text"),
    ("content/calendar.toml", "/plan"), ("content/flows/bye.toml", "/flows/bye"),
    ("content/activities/photo.toml", "/activities/photo/edit?view=text"),
])  # fmt: skip
def test_where_a_file_is_mended(file: str, link: str) -> None:
    assert diagnosis.place(finding("x", file=file)) == link
