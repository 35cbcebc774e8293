"""The README's first quarter of an hour, done as it says: every step there is a function here, and
what is pressed, read and typed is taken from its text."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PATIENCE, Seen, picture
from tests.browser.test_console_content import holds
from tests.scenario.process import ROOT, started

SECRET = "half a cup of tea"
BRAND = ("config.toml", "rehearsal.toml", "personas", "content")
STEP = re.compile(r"^### \d+\. (.+)\n((?:(?!##).*\n)*)", re.MULTILINE)
NAME, TYPED = re.compile("「(.+?)」"), re.compile("`([^`]+)`")
GLOSS = re.compile(r"「([^」]+)」\s\(([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Step:
    """What stands on a page or a button, and what is typed, in the order of the text."""

    title: str
    names: tuple[str, ...]
    typed: tuple[str, ...]


def steps_of(file: str) -> list[Step]:
    text = (ROOT / file).read_text("utf-8")
    return [Step(title, tuple(NAME.findall(body)), tuple(TYPED.findall(body)))
            for title, body in STEP.findall(text)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hour:
    """Two tabs of one browser, and the folder that the product serves."""

    phone: Any
    console: Any
    code: str
    content: Path

    def sign_in(self, out: str, wecom: str, who: str) -> None:
        self.console.locator(".menu summary").click()
        press(self.console, out)
        self.console.get_by_role("link", name=wecom).click()
        self.console.get_by_role("link", name=who).click()

    def goes_to(self, place: str) -> None:
        """By the navigation, where a number may stand beside the name."""
        link = self.console.locator("#nav").get_by_role("link", name=re.compile(f"^{place}"))
        link.first.click()

    def hears(self, words: str) -> None:
        """It stands on the phone, and the customer did not write it."""
        self.phone.locator(".msg:not(.mine)", has_text=words).last.wait_for()


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def open_link(page: Any, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def talk(hour: Hour, step: Step) -> None:
    add, link, wire, human = step.names
    (question,) = step.typed
    press(hour.phone, add)
    press(hour.phone, link)
    hour.hears("智能助手")
    hour.phone.get_by_placeholder("说点什么").wait_for()  # the other chat of the two is not read
    hour.phone.locator("#words").fill(question)
    hour.phone.locator("#words").press("Enter")
    hour.hears("80到85度")
    hour.phone.get_by_role("heading", name=wire).wait_for()
    press(hour.phone, human)
    hour.hears("去请同事了")


def make_accounts(hour: Hour, step: Step) -> None:
    code, login, secret, again, make, same, role, lead, userid, add, content = step.names
    assert same == login and step.typed == ("he.qing", "he.qing", "su.he", "su.he")
    page = hour.console
    for label, text in ((code, hour.code), (login, "boss"), (secret, SECRET), (again, SECRET)):
        page.get_by_label(label, exact=True).fill(text)
    press(page, make)
    for who, what in (("he.qing", lead), ("su.he", content)):
        form = page.locator("form", has=page.get_by_role("button", name=add, exact=True))
        form.get_by_label(login, exact=True).fill(who)
        form.get_by_label(role, exact=True).select_option(label=what)
        form.get_by_label(userid, exact=True).fill(who)
        press(page, add)
        page.locator("#people td", has_text=who).first.wait_for()


def write(hour: Hour, step: Step) -> None:
    out, wecom, who, content, title, go, welcome, edit, body, keep, *planned = step.names
    wanted, words = step.typed
    page = hour.console
    hour.sign_in(out, wecom, who)
    hour.goes_to(content)
    page.get_by_label(title).fill(wanted)
    press(page, go)
    open_link(page, welcome)
    open_link(page, edit)
    area = page.get_by_role("textbox", name=body)
    area.fill(f"{area.input_value().rstrip()}\n{words}\n")
    press(page, keep)
    page.get_by_text("已送审，请同事来看").wait_for()
    plan(hour, *planned)


def plan(hour: Hour, place: str, add: str, name: str, persona: str, piece: str, template: str,
         keep: str, changes: str, submit: str) -> None:  # fmt: skip
    page = hour.console
    hour.goes_to(place)
    open_link(page, add)
    page.get_by_label(persona, exact=True).select_option(label=name)
    page.get_by_label(template, exact=True).select_option(label=piece)
    page.locator("#next .num").first.wait_for()
    press(page, keep)
    page.get_by_text(f"「{piece}」排进了第 2 版草稿").wait_for()
    assert "不会发" not in page.locator("#notes").inner_text()
    open_link(page, changes)
    press(page, submit)
    page.get_by_text("第 2 版已送审").wait_for()


def lead(hour: Hour, step: Step) -> None:
    out, wecom, who, inbox, asked, take, send, back, *approved = step.names
    (words,) = step.typed
    page = hour.console
    hour.sign_in(out, wecom, who)
    hour.goes_to(inbox)
    page.locator("#list a", has_text=asked).click()
    press(page, take)
    page.locator("textarea:visible").first.fill(words)
    page.get_by_role("button", name=re.compile(f"^{send}")).click()
    hour.hears(words)
    picture(page, ROOT / "artifacts" / "first-hour-inbox.png")
    press(page, back)
    page.get_by_role("button", name=take, exact=True).wait_for()
    approve(hour, *approved)


def approve(hour: Hour, content: str, waiting: str, welcome: str, yes: str, plan: str,
            look: str, agreed: str) -> None:  # fmt: skip
    page = hour.console
    hour.goes_to(content)
    page.locator("main").get_by_role("link", name=re.compile(f"^{waiting}")).click()
    open_link(page, welcome)
    press(page, yes)
    page.get_by_text("第 2 版已通过并启用").wait_for()
    hour.goes_to(plan)
    open_link(page, look)
    press(page, agreed)
    page.get_by_text("第 2 版已通过并启用").wait_for()


def meet(hour: Hour, step: Step) -> None:
    add, words = step.names
    press(hour.phone, add)
    hour.hears(words)
    holds(hour.phone, hour.content / "welcome" / "xiaozhan.j2", words)


def tap(hour: Hour, step: Step) -> None:
    later, staff, post, publish, customer, moments, like = step.names
    page = hour.phone
    for _ in range(2):
        press(page, later)
    page.get_by_role("radio", name=staff).click()
    task = page.locator(".task.waiting", has_text=post)
    task.get_by_role("button", name=re.compile(f"^{publish}")).click()
    page.locator(".task.sent", has_text=post).wait_for()
    page.get_by_role("radio", name=customer, exact=True).click()
    page.locator("#tabs").get_by_role("button", name=re.compile(f"^{moments}")).click()
    shown = page.locator(".moment", has_text=post)
    shown.get_by_role("button", name=like).click()
    shown.locator("[aria-pressed=true]").wait_for()


def check_in(hour: Hour, step: Step) -> None:
    enter, check, mine, link, done = step.names
    press(hour.phone, enter)
    hour.hears("这就坐下吧")
    press(hour.phone, check)
    hour.hears("给你画上一笔了")
    press(hour.phone, mine)
    with hour.phone.expect_popup() as opened:
        press(hour.phone, link)
    opened.value.get_by_text(done).first.wait_for(timeout=PATIENCE)
    picture(opened.value, ROOT / "artifacts" / "first-hour-member.png")


def foresee(hour: Hour, step: Step) -> None:
    place, days, members, go, report = step.names
    (many,) = step.typed
    page = hour.console
    hour.goes_to(place)
    assert page.get_by_label(days).input_value() == "30"
    page.get_by_label(members).fill(many)
    press(page, go)
    page.get_by_role("heading", name=report).wait_for()
    whole = page.frame_locator("iframe.played")
    whole.get_by_text(f"{many} 位模拟客人，30 天").first.wait_for()
    picture(page, ROOT / "artifacts" / "first-hour-rehearsal.png", full_page=True)


WALK: Mapping[str, Callable[[Hour, Step], None]] = {
    "Talk to the persona": talk,
    "Make the accounts": make_accounts,
    "Change the welcome, and plan a moment": write,
    "Take the conversation over, and let the changes serve": lead,
    "Watch the change reach a new customer": meet,
    "Tap the moment, and like it": tap,
    "Check in": check_in,
    "Read the next month before it happens": foresee,
}


def test_both_readmes_have_the_steps_that_are_walked_here_and_the_words_of_the_pages() -> None:
    english, chinese = steps_of("README.md"), steps_of("README.zh-CN.md")
    assert [one.title for one in english] == list(WALK)
    assert [(one.names, one.typed) for one in chinese] == [(o.names, o.typed) for o in english]
    known: dict[str, set[str]] = {}
    for file in (ROOT / "bot" / "console" / "catalogue").glob("*.toml"):
        for section in tomllib.loads(file.read_text("utf-8")).values():
            for words in section.values():
                known.setdefault(words["zh"], set()).add(words["en"])
    told = GLOSS.findall((ROOT / "README.md").read_text("utf-8"))
    told = [(zh.replace("小盏", "{persona}"), en.replace("小盏", "{persona}")) for zh, en in told
            if en[0].isupper()]  # fmt: skip  # the phone has no English
    assert len(told) > 25
    assert not [(zh, en) for zh, en in told if en not in known.get(zh, ())]


@pytest.fixture
def hour(chromium: Any, tmp_path: Path) -> Iterator[Hour]:
    """The sample brand in an empty folder, started as `make run` does; afterwards nothing may have
    been wrong with any page."""
    for name in BRAND:
        whole = ROOT / name
        (shutil.copytree if whole.is_dir() else shutil.copy)(whole, tmp_path / name)
    seen, log = Seen(), tmp_path / "log.txt"
    ports = ("--port", "0", "--sandbox-port", "0")
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    context.on("page", seen.watch)
    with started("run", "--config", str(tmp_path / "config.toml"), *ports, log=log) as process:
        found = re.search(r"设置码 (\S+)", log.read_text("utf-8"))
        assert found is not None
        phone, console = context.new_page(), context.new_page()
        phone.goto(f"{process.ready['sandbox']}/phone")
        phone.locator("#tries button").first.wait_for()
        console.goto(process.ready["console"])
        yield Hour(phone, console, found[1], tmp_path / "content")
        context.close()
    assert seen.complaints == []
    assert seen.strangers == []


def test_a_newcomer_does_what_the_readme_says(hour: Hour) -> None:
    for step in steps_of("README.md"):
        WALK[step.title](hour, step)
