"""What the doctor learns from personas/ and content/: who speaks through what, what will fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.core import tomlfile
from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.decode import nearest
from bot.core.findings import Finding, has_errors
from bot.core.textfile import read_text
from bot.core.tomlfile import TomlDoc
from bot.library.cast import bindings
from bot.library.disk import Disk
from bot.library.review import review_calendar, review_holidays
from bot.library.roster import ending
from bot.persona import links
from bot.persona.persona import Persona
from bot.persona.rule import TEMPLATE
from bot.wecom.doctor.case import Binding, Case, Spot, find

KF_LINK = "persona.kf_link"


def make_case(config: Config, path: Path, disk: Disk, clock: Clock, base: str = "") -> Case:
    """The case of one installation; ``path`` is its config.toml."""
    bound = [one for persona in disk.personas.values() for one in _bound(config, disk, persona)]
    return Case(config=config, doc=tomlfile.load(path), clock=clock, base=base.rstrip("/"),
                bindings=bound)  # fmt: skip


def _bound(config: Config, disk: Disk, persona: Persona) -> Iterator[Binding]:
    shown = f"personas/{persona.id}/persona.toml"
    doc = tomlfile.load(config.personas_dir / persona.id / "persona.toml", shown)
    text = read_text(config.personas_dir / persona.id / "persona.toml", shown).split("\n")
    posts = any(entry.do == "group_post" and entry.persona == persona.id
                and entry.groups != "internal" for entry in disk.calendar.entry)  # fmt: skip
    for (channel, account), _ in bindings([persona]):
        yield Binding(channel=channel, account=account, persona=persona.id, file=shown,
                      line=_line(doc, text, channel, account), posts=posts,
                      to_client=persona.handoff.to == "client")  # fmt: skip


def _line(doc: TomlDoc, text: list[str], channel: str, account: str) -> int:
    """The line of the account in a list over many lines, else the line of the list."""
    start = doc.line_of(("accounts", channel))
    wanted = (f'"{account}"', f"'{account}'")
    rest = enumerate(text[start - 1 :], start)
    return next((n for n, line in rest if any(word in line for word in wanted)), start)


def read_content(config: Config, disk: Disk, today: date) -> Iterator[Finding]:
    """What is well-formed, but will not work when its time comes."""
    yield from _ends(config, disk, today)
    yield from _kf_links(config, disk)
    yield from _links(disk)
    yield from review_holidays(disk.templates.values(), today)
    yield from review_calendar(disk.calendar, today)
    # what the guard would stop is published: it holds back the one text when it is to leave
    errors = [each for each in disk.findings
              if has_errors([each]) and not each.rule.startswith("guard.")]  # fmt: skip
    if config.content.auto_publish and errors:
        files = sorted({each.file for each in errors})
        spot = Spot(file=errors[0].file, line=errors[0].line)
        yield find("draft-broken", spot, f"{len(files)} files", ", ".join(files[:3]))


def read_mix(config: Config, doc: TomlDoc, disk: Disk) -> Iterator[Finding]:
    """Shares of personas that are not there; one that is there and broken is."""
    known = {name for kind, name in disk.seen if kind == "persona"}
    for name in config.mix.personas:
        if name not in known:
            spot = Spot(file=doc.file, line=doc.line_of(("mix", "personas", name)))
            meant = nearest(name, known) if known else "take the table out"
            yield find("mix-persona", spot, f"persona {name}", meant=meant)


def _ends(config: Config, disk: Disk, today: date) -> Iterator[Finding]:
    for persona, left in ending(disk, today):
        shown = f"personas/{persona.id}/persona.toml"
        doc = tomlfile.load(config.personas_dir / persona.id / "persona.toml", shown)
        accounts = ", ".join(account for (_, account), _ in bindings([persona])) or "no accounts"
        yield find("persona-ends" if left >= 0 else "persona-ended",
                   Spot(file=shown, line=doc.line_of(("valid_to",))),
                   f"persona {persona.id}, {persona.valid_to}", accounts=accounts)  # fmt: skip


def _kf_links(config: Config, disk: Disk) -> Iterator[Finding]:
    for flow in disk.flows.values():
        shown = f"content/flows/{flow.id}.toml"
        lines = read_text(config.content_dir / "flows" / f"{flow.id}.toml", shown).split("\n")
        for step in flow.file.step:
            template = disk.templates.get(step.template)
            if template is None or all(var.source != KF_LINK for var in template.vars):
                continue
            at = next((n for n, line in enumerate(lines, 1) if step.template in line), 1)
            for name in flow.file.persona or tuple(disk.personas):
                if name in disk.personas and not disk.personas[name].accounts.kf:
                    yield find("kf-link-missing", Spot(file=shown, line=at),
                               f"persona {name}, template {step.template}")  # fmt: skip


def _links(disk: Disk) -> Iterator[Finding]:
    for file, line, text in _texts(disk):
        for host, start, _ in links.links(text):
            if not links.allowed(host, disk.brand.link_domains):
                spot = Spot(file=file, line=line + text.count("\n", 0, start))
                yield find("link-domain", spot, host)


def _texts(disk: Disk) -> Iterator[tuple[str, int, str]]:
    """(file, line where it begins, text) of every wording that people wrote."""
    for template in disk.templates.values():
        for number, line in enumerate(template.text.split("\n"), 1):
            yield *template.at(number), line
    for persona in disk.personas.values():
        for row in persona.faq:
            if not row.answer.startswith(TEMPLATE):
                yield f"personas/{persona.id}/faq.csv", row.line, row.answer
