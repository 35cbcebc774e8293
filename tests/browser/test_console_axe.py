"""Every page of the console under axe-core: wide and narrow, light and dark, no serious fault.

One session walks the route table, so a page that is added is looked at without a line here. A route
with a number in it is opened with the first of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.community.activity import parse_activity
from bot.community.rewarding import grant_id
from bot.community.rules import parse_community
from bot.community.runs import plan
from bot.community.seeds import Judged, Proof
from bot.console.page import Route
from bot.console.pages import PAGES
from bot.console.rights import Access, Right, may
from bot.core.daytime import moment
from bot.core.model import Group
from bot.members.outlinks import OutLink, code_of
from bot.store import (
    circling,
    claiming,
    honouring,
    inbox,
    outbox,
    outlinks,
    people,
    seedlists,
    segments,
    taking_part,
    unfinished,
)
from bot.store.answers import Who
from bot.store.engine import Tx
from bot.store.entering import begin
from bot.store.seedlists import Found, Looked
from tests.browser import membership
from tests.browser.conftest import PATIENCE, Seen
from tests.browser.test_console_sidebar import colleagues
from tests.console import taking
from tests.contract.making import AT_ONCE, WINDOW, answer, said
from tests.scenario.house import BRAND, brand, published
from tests.scenario.process import ROOT, started
from tests.scenario.reception import SECRET

AXE = ROOT / "tests" / "clients" / "node" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make node")

CIRCLE = """id = "tea"
title = "茶友"
principle = "habit"
[leader]
persona = "tester"
[admission]
how = "questions"
questions = ["为什么想来？"]
"""
BYE = """id = "bye"
title = "说一声"
trigger = "circle_rejected:tea"
once = "event"
[[step]]
id = "say"
day = 1
at = "10:30"
template = "care/day1"
via = ["kf", "bulk"]
"""
WALL = """id = "1"
title = "开杯"
circle = "tea"
kind = "wall"
[when]
announce = "2026-01-01 09:00"
close = "7d"
"""
CAMPAIGN = 'id = "1"\ndo = "care"\npersona = "tester"\ntemplate = "care/day1"\n'
RULES = """circle = "tea"
counts = "everybody"
[[points.rules]]
id = "asked"
title = "问一句"
when = "submitted"
points = 2
[[levels]]
id = "one"
title = "初盏"
from = 1
[[badges]]
id = "host"
title = "席主"
by = "staff"
honour = true
[[rights]]
id = "seat"
title = "一席"
stock = 1
[codenames]
pool = ["松风", "竹露"]
[seeds]
[seeds.loyal]
stay = "1d"
"""
ZONE = "Asia/Shanghai"
MEMBERS = ("/c/tea", "/me", "/c/tea/a/1", "/privacy", "/c/tea/points", "/c/tea/badges",
           "/c/tea/rights", "/c/tea/name", "/c/tea")  # fmt: skip
LINK = OutLink(url="https://banzhan.example/", carrier="shop", posted="group")
CODE = code_of(LINK)
Sizes = Sequence[tuple[int, str, str | None]]
CUSTOMER, KF = "wmBANZHAN0001", "wkBANZHAN01"
# Pages below these are of one run, list, group or person.
ONES = ("/activities/", "/community/", "/seeds/", "/rewards/", "/group-health/")
GRANT = grant_id("", "mission:a@1", "cup", "accepted")
# Files, parts of pages that stand in no page of their own, what goes on elsewhere at once, and the
# first run, which is over.
NO_PAGE = re.compile(
    r"\.(csv|jsonl|txt)$|/(more|together|left)$|^/members/reach$|^/(home|doctor)/|^/talks/.*/community$|^/segments/(counts|warm|values)$|^/(live|nav|alarms)$|/wecom|/back$|/sign$|^/setup$|^/sidebar/chat$"
    r"|^/inbox/(list|search|thread|panel|older|why|file)$|/findings$|^/media/file$|^/rehearsal/report$"
    r"|/(preview|again|proof)$|^/activities/media$|^/(consents|tasks)/.id.$|^/members/(merge|part|copy/file|erased/.id.(/file)?)$|^/(brand|catalogue)/"  # of one; pages that personas have
)
# Everything is asked once wide and once narrow; of the other two looks only the colours can differ.
SIZES = ((1440, "light", None), (390, "dark", None),
         (1440, "dark", "color-contrast"), (390, "light", "color-contrast"))  # fmt: skip
# What the short run asks: one page after another is seen in one of the four ways, everything asked.
SHORT = tuple(((width, look, None),) for width in (1440, 390) for look in ("light", "dark"))
# Who sees the forms of a page.
WRITERS: Mapping[object, str] = {Right.PERSONA_SEE: "brand", Right.CONTENT_SEE: "content",
                                Right.PLAN_SEE: "content"}  # fmt: skip
# The rules whose findings are grave, as axe itself says.
GRAVE = """axe._audit.rules.filter(rule => rule.enabled && ["serious", "critical"].includes(rule.impact)
    && !rule.tags.some(tag => ["experimental", "deprecated"].includes(tag))).map(rule => rule.id)"""
# What is grave, as one line each. No rule of the grave ones reads style sheets that would have to be
# fetched a second time, and of those that axe asks unasked the others can find nothing grave.
RUN = f"""async (rule) => (await axe.run(document, {{
    resultTypes: ["violations"], preload: false, runOnly: rule ? [rule] : {GRAVE}}})).violations.filter(v => ["serious", "critical"].includes(v.impact))
  .flatMap(v => v.nodes.map(n => `${{v.id}}: ${{n.target.join(" ")}}: ${{n.failureSummary.split("\\n")[1]}}`))"""
# Around a page stand the top line, the navigation and the list of keys: three quarters of what axe
# walks through. As text, but for the place where one is and what one has to do; and emptied, where
# the same text was looked at before in the same way: they keep their places.
FRAME = """document.querySelectorAll("header.top, #nav, #keys")"""
TOLD = f"""[...{FRAME}].map(part => part.outerHTML).join("")
    .replaceAll(' aria-current="page"', "").replace(/<span class="count.*?<\\/span>/g, "<count>")"""
# What a person must not have to read, and what no page may need: a time as programs write it, a code
# with its kind before it, and a way to scroll sideways.
ODD = """() => [...(document.querySelector("main")?.innerText.match(
    /\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d|\\b(?:flow|campaign|entry|builtin|faq):[a-z][\\w-]*/g) ?? []),
  ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the window"] : [])]"""
EMPTY = f"{FRAME}.forEach(part => part.replaceChildren())"


def pages() -> list[Route]:
    """Every address that shows a page."""
    return [route for page in PAGES for route in page.routes
            if route.method == "GET" and not NO_PAGE.search(route.path)]  # fmt: skip


def role_for(route: Route) -> str:
    """Somebody who may go there: one of the four who sign in here."""
    if route.needs in WRITERS:
        return WRITERS[route.needs]
    wanted = (role for role in ("lead", "owner", "content") if may(role, route.needs))
    return "" if route.needs is Access.PUBLIC and route.path != "/sidebar" else next(wanted)


@pytest.fixture(scope="module")
def office(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The product with a colleague of each of four roles and one conversation."""
    folder = tmp_path_factory.mktemp("axe")
    config = brand(folder / "brand")
    (config.parent / "content" / "campaigns").mkdir()
    (config.parent / "content" / "campaigns" / "1.toml").write_text(CAMPAIGN, "utf-8")
    (config.parent / "content" / "circles").mkdir()
    (config.parent / "content" / "circles" / "tea.toml").write_text(CIRCLE, "utf-8")
    (config.parent / "content" / "flows" / "bye.toml").write_text(BYE, "utf-8")
    (config.parent / "content" / "community").mkdir()
    (config.parent / "content" / "community" / "tea.toml").write_text(RULES, "utf-8")
    (config.parent / "content" / "activities").mkdir(exist_ok=True)
    (config.parent / "content" / "activities" / "1.toml").write_text(WALL, "utf-8")
    # while a browser is open, no loop may run in this thread
    ThreadPoolExecutor(1).submit(published, config, wishes).result()
    colleagues(config, lin_xi="lead", owner="owner", content="content", brand="brand")
    ports = ("--port", "0", "--sandbox-port", "0")
    with started("run", "--config", str(config), *ports, log=folder / "log.txt") as process:
        yield process.ready


def addresses(route: Route) -> list[str]:
    """Where a page is opened: its address, and for some with something in it."""
    path = re.sub(r"\{\w+\}", "tester" if "personas" in route.path else "1", route.path)
    more = {"/inbox": [f"/inbox?c=kf:{KF}:{CUSTOMER}"], "/figures": ["/figures?days=1"],
            "/given-up": ["/given-up?s=in"],
            "/sidebar": [f"/sidebar?userid=lin.xi&customer={CUSTOMER}"],
            "/content/one": ["/content/one?t=welcome/day0"],
            "/content/posts": ["/content/posts?t=moments/morning"],
            "/plan/entry": ["/plan/entry?e=weekly"],
            "/flows/1": ["/flows/welcome"],
            **{f"/activities/{page}": [f"/activities/{page}?r=1@2026-01-01"]
               for page in ("run", "entries", "winners", "questions")},
            "/activities/1/edit": ["/activities/1/edit", "/activities/1/edit?view=text"],
            "/community/one": [f"/community/one?m={CUSTOMER}"],
            "/community/holders": ["/community/holders?level=one"],
            "/community/rules": ["/community/rules?c=tea"],
            "/group-health/one": ["/group-health/one?g=wrBIG"],
            **{f"/seeds/{page}": [f"/seeds/{page}?l=tea@2026-01-01"]
               for page in ("one", "cohort")},
            "/seeds/evidence": [f"/seeds/evidence?l=tea@2026-01-01&m={CUSTOMER}"],
            "/rewards/one": [f"/rewards/one?g={GRANT}"],
            "/circles/one": ["/circles/one?c=tea"],
            "/circles/ledger": ["/circles/ledger?kind=circle&place=tea"],
            "/circles/rows": ["/circles/rows?kind=circle&place=tea&what=closing"],
            "/circles/flow/rows": ["/circles/flow/rows?dir=forward&source=friend&target=circle"],
            "/circles/links/clicks": [f"/circles/links/clicks?code={CODE}"],
            "/members/one": [f"/members/one?m={CUSTOMER}"],
            "/members/timeline": [f"/members/timeline?m={CUSTOMER}"],
            "/members/erase": [f"/members/erase?m={CUSTOMER}"],
            "/members/copy": [f"/members/copy?m={CUSTOMER}"],
            "/members/kin": [f"/members/kin?m={CUSTOMER}"],
            "/value/koc/one": [f"/value/koc/one?m={CUSTOMER}"],
            "/value/tree": [f"/value/tree?m={CUSTOMER}"],
            "/segments/one": ["/segments/one?s=常客"], "/segments/edit": ["/segments/edit?s=常客"],
            "/segments/new": ["/segments/new?a=标签:常客 且 (活跃<30天 或 推广:可) 且 标签:"],
            "/content/edit": ["/content/edit?t=welcome/day0", "/content/edit?t=care/day1&view=text"],
            }  # fmt: skip
    about_one = path in ("/sidebar", "/content/one", "/content/posts", "/content/edit", "/plan/entry",
                         "/flows/1", *(name for name in more if name.startswith("/members/")),
                         *(name for name in more if name.startswith(ONES)),
                         "/value/koc/one", "/circles/one", "/circles/rows",
                         "/circles/flow/rows", "/circles/links/clicks",
                         "/segments/one", "/segments/edit", "/segments/new")  # fmt: skip
    return more[path] if about_one else [path, *more.get(path, [])]


def test_no_page_has_a_serious_fault(
    chromium: Any, office: dict[str, str], artifacts: Path
) -> None:
    walk(chromium, office, artifacts, SHORT)


@pytest.mark.soak
def test_no_page_has_a_serious_fault_at_any_size(
    chromium: Any, office: dict[str, str], artifacts: Path
) -> None:
    walk(chromium, office, artifacts, (SIZES,))


def walk(chromium: Any, office: dict[str, str], artifacts: Path, sizes: Sequence[Sizes]) -> None:
    """Opens every page as somebody who may; page after page takes the next of ``sizes``."""
    seen, faults, looked = Seen(), list[str](), 0
    script = AXE.read_text("utf-8")
    for role in ("", "lead", "owner", "content", "brand"):
        routes = [route for route in pages() if role_for(route) == role]
        if not routes:
            continue
        context = chromium.new_context(locale="zh-CN", reduced_motion="reduce")
        # the page's own policy allows no script of ours: the test's stands outside of it
        context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        seen.watch(page)
        if role == "lead":
            talk(page, office)
        if role:
            sign_in(page, office["console"], {"lead": "lin.xi"}.get(role, role))
        paths = [path for route in routes for path in addresses(route)]
        frames = set[tuple[int, str, str]]()
        for turn, seen_at in enumerate(sizes):  # together, so that each page is laid out once
            set_eyes(page, *seen_at[0][:2])
            for path in paths[turn :: len(sizes)]:
                faults += look(page, office["console"] + path, path, artifacts, seen_at, frames)
                looked += 1
        context.close()
    assert faults == []
    assert looked > 8
    assert seen.complaints == []
    assert seen.strangers == []


def test_no_page_of_a_member_has_a_serious_fault(chromium: Any, office: dict[str, str]) -> None:
    """The pages under ``/m``, by day and by night."""
    base = office["callback"].removesuffix("/callback")
    faults = list[str]()
    with membership.phone(chromium) as page:
        page.context.add_init_script(AXE.read_text("utf-8"))
        page.goto(f"{base}/m/privacy")
        page.goto(membership.link(BRAND / "config.toml", base, CUSTOMER))
        page.wait_for_url("**/m/c/tea")
        for n, path in enumerate(MEMBERS):
            page.emulate_media(color_scheme=("light", "dark")[n % 2])
            answer = page.goto(f"{base}/m{path}")
            faults += [f"{path} answers {answer.status}"] if answer.status >= 400 else []
            faults += [f"{path}: {fault}" for fault in page.evaluate(RUN, None)]
        assert faults == []


def test_a_page_with_faults_is_found(chromium: Any) -> None:
    page = chromium.new_page()
    page.add_init_script(AXE.read_text("utf-8"))
    page.goto("about:blank")
    page.set_content(
        "<main><h1>x</h1><p style='color:#ccc'>pale</p><button></button>"
        "<p>2026-11-23T06:11:00Z, flow:after-order:day3</p></main>"
    )
    found, rules = page.evaluate(RUN, None), page.evaluate(GRAVE)
    assert page.evaluate(ODD) == ["2026-11-23T06:11", "flow:after-order"]
    page.close()
    assert len(rules) > 50
    assert {line.split(":")[0] for line in found} >= {"color-contrast", "button-name"}


def wishes(tx: Tx, now: int) -> None:
    """Somebody is in a circle, another wants in, there is a link, and a segment."""
    circling.admit(tx, "tea", CUSTOMER, now, rule="staff", actor="test")
    circling.apply(tx, "tea", "wmBANZHAN0002", {"为什么想来？": "爱喝"}, now)
    outlinks.make(tx, LINK, now, "test")
    rules = parse_community(RULES, "content/community/tea.toml")
    honouring.honour(tx, rules, "host", CUSTOMER, now, why="带过一席", actor="test")
    honouring.correct(tx, rules, CUSTOMER, 5, now, why="补记", actor="test")
    claiming.claim(tx, rules, "seat", CUSTOMER, now, fits=True)
    segments.save(tx, "常客", "标签:常客", "test", now)
    asked = parse_activity(WALL, "content/activities/1.toml", ZONE)
    at = moment(asked.when.announce, ZONE) or 0
    begin(tx, plan(asked, at, ZONE), ZONE, at)
    taking_part.submit(tx, asked, Who(member=CUSTOMER, zone=ZONE), at + 1, text="水温多少")
    segments.note_day(tx, "常客", "2026-01-01", 3, now)
    people.put_group(tx, Group(chat_id="wrBIG", owner="lin.xi", name="茶友一群"), now)
    judged = Judged((Proof(what="days", wanted=12, found=1, events=("checked/none",)),))
    seedlists.keep(tx, Looked(rules=rules, day=date(2026, 1, 1), at=now, looked=1, fits=1,
                              people=(Found(CUSTOMER, judged, 1),)), now, "test")  # fmt: skip
    taking.given(tx, CUSTOMER)
    failed(tx, now)


def failed(tx: Tx, now: int) -> None:
    """A message that the platform refused, and a turn that was given up."""
    refused = answer(1, peer=CUSTOMER, at=now, kind="care", conversation="", lane="x")
    outbox.enqueue(tx, refused, now)
    [row] = outbox.claim(tx, "reply", now, "test", now + 1, 1, WINDOW).rows
    outbox.finish(tx, row, outbox.Verdict("never", note="60020: no"), now)
    inbox.accept(tx, said(1, at=now, peer="wmBANZHAN0003"), AT_ONCE)
    unfinished.settle(tx, now, now)


def talk(page: Any, office: dict[str, str]) -> None:
    """A customer writes to two accounts, and is answered."""
    url = f"{office['sandbox']}/sandbox/customers/{CUSTOMER}/kf"
    for account in (KF, "wkBANZHAN02"):
        assert page.request.post(url, data={"open_kfid": account, "text": "多久发货"}).ok


def sign_in(page: Any, console: str, login: str) -> None:
    page.goto(f"{console}/sign-in")
    page.locator("main [name=login]").fill(login)
    page.locator("main [name=password]").fill(SECRET)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("heading", name=f"{login}，你好").wait_for()


def look(
    page: Any, url: str, path: str, artifacts: Path, sizes: Sizes, frames: set[tuple[int, str, str]]
) -> list[str]:
    """The grave faults of one page at these sizes and looks, and in the long run its picture at the last.
    ``frames``: what has stood around a page already, and how it was looked at."""
    faults = []
    name = re.sub(r"\W+", "-", path).strip("-") or "home"
    answer = page.goto(url)
    if answer.status >= 400:
        faults.append(f"{path} answers {answer.status}")
    if path.startswith("/sidebar"):
        page.locator("#found").wait_for()
    if not path:
        page.locator(".tile h2 a").first.wait_for()
    if path.startswith("/content/edit"):
        page.locator("#preview .voice").first.wait_for()
    for width, scheme, rule in sizes:
        if len(sizes) > 1:
            set_eyes(page, width, scheme)
        else:
            known(page, width, scheme, frames)
        found = page.evaluate(RUN, rule) + page.evaluate(ODD)
        faults += [f"{path} {width} {scheme}: {fault}" for fault in found]
    if len(sizes) > 1:  # a picture costs as much as the look at it
        page.screenshot(path=artifacts / f"axe-{name[:40]}-{width}-{scheme}.png")
    return faults


def known(page: Any, width: int, scheme: str, frames: set[tuple[int, str, str]]) -> None:
    """Leaves out what stands around the page, when it was looked at before."""
    frame = (width, scheme, page.evaluate(TOLD))
    if frame in frames:
        page.evaluate(EMPTY)
    frames.add(frame)


def set_eyes(page: Any, width: int, scheme: str) -> None:
    """How wide the window is, and whether it is day or night."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
