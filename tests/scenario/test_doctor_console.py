"""Where staff sign in: each wrong domain is named, a good set-up is not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.findings import Finding
from tests.scenario.ward import Change, Ward, play, told, ward
from tests.waiting import deaf_port

AGENT = "agent_id = 1000002"
APP = f"{AGENT}\nsecret"
TRUSTED, LOGIN = "应用管理 → the app → 网页授权及JS-SDK", "企业微信授权登录 → Web网页 → 授权回调域"


def console(folder: Path, host: str = "127.0.0.1") -> Ward:
    """A brand whose staff sign in through its application."""
    patient = ward(folder)
    url = f'[web]\npublic_url = "http://{host}:{deaf_port()}"'
    patient.edit("config.toml", ("[web]", url))
    return patient


def other_than_callbacks(found: list[Finding]) -> list[Finding]:
    """Nobody serves here, which the doctor says too."""
    return [each for each in found if not each.rule.startswith("callback-")]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """``world``: what differs from a good one. ``said``: what the message names."""

    rule: str
    fix: str
    said: str
    world: tuple[Change, ...] = ()


FAULTS = {
    "another trusted domain": Fault(
        rule="trusted-domain", fix=TRUSTED, said="it is tea.example, not 127.0.0.1",
        world=((APP, f'trusted_domain = "tea.example"\n{APP}'),)),
    "no trusted domain": Fault(
        rule="trusted-domain", fix=TRUSTED, said="none is set",
        world=((APP, f'trusted_domain = ""\n{APP}'),)),
    "another port": Fault(
        rule="trusted-domain", fix=TRUSTED, said="it is 127.0.0.1:1, not 127.0.0.1",
        world=((APP, f'trusted_domain = "127.0.0.1:1"\n{APP}'),)),
    "another domain of the QR page": Fault(
        rule="login-domain", fix=LOGIN, said="50001 for 127.0.0.1:",
        world=((APP, f'login_domain = "tea.example"\n{APP}'),)),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_domain_is_named_and_nothing_else(name: str, tmp_path: Path) -> None:
    fault, patient = FAULTS[name], console(tmp_path / "brand")

    async def story() -> None:
        async with patient.platform(*fault.world) as box:
            (found,) = other_than_callbacks(await patient.examine(box.urls()["sandbox"]))
            assert (found.rule, found.severity) == (fault.rule, "error")
            assert fault.fix in found.fix and ": 127.0.0.1:" in found.fix
            assert fault.said in found.message
            assert found.line == patient.line("config.toml", "console = true")

    play(story)


GOOD = ('trusted_domain = "localhost"\nlogin_domain = "localhost"', 'trusted_domain = "LOCALHOST"')


@pytest.mark.parametrize("world", GOOD)
def test_a_good_one_is_not(world: str, tmp_path: Path) -> None:
    patient = console(tmp_path / "brand", "localhost")

    async def story() -> None:
        known = world if "login" in world else f'{world}\nlogin_domain = "localhost"'
        async with patient.platform((APP, f"{known}\n{APP}")) as box:
            assert other_than_callbacks(await patient.examine(box.urls()["sandbox"])) == []

    play(story)


@pytest.mark.parametrize("change", [("console = true\n", ""), ("public_url", "# public_url")])
def test_whoever_signs_in_elsewhere_is_not_asked(change: Change, tmp_path: Path) -> None:
    patient = console(tmp_path / "brand")
    patient.edit("config.toml", change)
    world = (APP, f'trusted_domain = "tea.example"\nlogin_domain = "tea.example"\n{APP}')

    async def story() -> None:
        async with patient.platform(world) as box:
            assert other_than_callbacks(await patient.examine(box.urls()["sandbox"])) == []

    play(story)


def test_a_sidebar_needs_the_number_of_its_application(tmp_path: Path) -> None:
    patient = console(tmp_path)
    patient.edit("config.toml", (AGENT, "agent_id = 0"))

    async def story() -> None:
        async with patient.platform() as box:
            found = await patient.examine(box.urls()["sandbox"], online=False)
            assert told(found) == ["sidebar-no-agent"]
            assert "AgentId" in found[0].fix
            assert found[0].line == patient.line("config.toml", "agent_id = 0")
            patient.edit("config.toml", ("console = true\n", ""))
            assert await patient.examine(box.urls()["sandbox"], online=False) == []

    play(story)
