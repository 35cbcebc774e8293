"""How soon words that a customer writes in the phone page stand in the inbox of staff."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.browser.test_console_inbox import Desk, add
from tests.scenario.house import brand
from tests.scenario.process import started

ROUNDS = 20
MOMENT = 1_000  # ms
# Both pages write down the moment by the machine's clock, so that nobody's looking is measured.
PRESSED = """() => document.addEventListener("click", (event) => {
  if (event.target.closest("button")?.textContent.includes("问价格")) window.pressed = Date.now();
}, true)"""
ARRIVED = """() => {
  window.arrived = {};
  const look = () => {
    for (const row of document.querySelectorAll("#talks > li"))
      window.arrived[row.dataset.key.split(":").pop()] ??= Date.now();
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
}"""


def phone(desk: Desk) -> Any:
    page = desk.chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{desk.sandbox}/phone")
    page.locator("#tries button").first.wait_for(state="attached")
    page.evaluate(PRESSED)
    return page


def waits(inbox: Any, customer: Any) -> list[int]:
    """ms from a new customer's press until his row is in the list, time after time."""
    found = []
    for _ in range(ROUNDS):
        before = customer.locator("#person").input_value()
        customer.get_by_role("button", name="＋ 新客户", exact=True).click()
        customer.wait_for_function(
            "old => document.getElementById('person').value !== old", arg=before
        )
        customer.get_by_text("还没有会话").wait_for()
        who = customer.locator("#person").input_value()
        customer.get_by_role("button", name="问价格", exact=True).click()
        inbox.wait_for_function("who => window.arrived[who]", arg=who)
        found.append(inbox.evaluate("who => window.arrived[who]", who)
                     - customer.evaluate("window.pressed"))  # fmt: skip
    return found


@pytest.mark.soak
@pytest.mark.alone
def test_a_customers_words_are_in_the_inbox_within_a_second(chromium: Any, tmp_path: Path) -> None:
    config = brand(tmp_path / "brand")
    add(config)
    ports = ("--port", "0", "--sandbox-port", "0")
    with started("run", "--config", str(config), *ports, log=tmp_path / "log.txt") as process:
        desk = Desk(process.ready["console"], process.ready["sandbox"], chromium)
        inbox = desk.enter("lin.xi")
        inbox.evaluate(ARRIVED)
        found = sorted(waits(inbox, phone(desk)))
        assert desk.seen.complaints == [] and desk.seen.strangers == []
    sys.stdout.write(f"ms until a new customer stands in the list: {found}\n")
    assert median(found) < MOMENT
