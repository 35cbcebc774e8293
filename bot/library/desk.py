"""What writers and reviewers do with versions: save, submit, send back, approve, retire, go back.

Every change is one transaction with its trail. What is put into service here is to stand in the
files, too: whoever looks after the folders writes it there (``bot.library.following``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.clock import DAY, Clock, local
from bot.core.config import Config
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.core.findings import ERROR, Finding
from bot.library import consents, places
from bot.library.checks import Company, examine
from bot.library.places import Files
from bot.store import mix, review, ugc, versions, wanted
from bot.store.engine import Store, Tx
from bot.store.review import APPROVED, RETIRED, REVIEW, Standing
from bot.store.versions import PUBLISH, ROLLBACK, Edition
from bot.studio.parse import parse_files
from bot.studio.twins import Post

REPLACED = "第 {version} 版送审了，这一版不用再看"
LATELY = 28 * DAY  # members remember a post that they have read


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided about which version of what, when, and why."""

    kind: str
    name: str
    version: int
    actor: str
    now: int
    note: str = ""


class ContentDesk:
    """One for each who works on content. Raises ContentRefused; nothing is changed then."""

    def __init__(self, store: Store, config: Config, clock: Clock) -> None:
        self._store, self._config, self._clock = store, config, clock

    async def save(self, kind: str, name: str, files: Files, *, base: int, author: str) -> int:
        """Keeps a draft, made from version ``base`` (0: from none); its number. It may be broken.

        A template keeps the texts of the parts that it uses, as they serve now, unless ``files``
        brings its own. A persona is saved whole, its tests included. Refused when somebody made
        another version meanwhile.
        """
        places.check(kind, name, files)
        if kind == "template":
            files = await self.with_parts(name, files)
        decision = Decision(kind, name, base, author, self._clock.now())
        return await self._store.write(_save, decision, files)

    async def with_parts(self, name: str, files: Files) -> Files:
        """A template's files with those of the parts that it includes, as they serve now; what
        brings parts of its own keeps them."""
        if files.keys() != places.own("template", files).keys():
            return files
        return _with_parts(name, files, await self._store.read(_parts))

    async def examine(self, edition: Edition) -> list[Finding]:
        """Everything that is to be said about a version, or about a text that is none yet."""
        company = await self._store.read(_company, edition, self._config, self._clock.now())
        return await asyncio.to_thread(examine, edition, company)

    async def submit(self, kind: str, name: str, version: int, actor: str, note: str = "") -> None:
        """The author asks for a look at it; what was in review of the same name need not be looked
        at any more. Refused while it has errors; a consent may still come."""
        await self._clean(kind, name, version, but="template.consent")
        decision = Decision(kind, name, version, actor, self._clock.now(), note)
        await self._store.write(_submit, decision)

    async def withdraw(
        self, kind: str, name: str, version: int, actor: str, note: str = ""
    ) -> None:  # fmt: skip
        """Whoever handed it in takes it back; it is a draft again."""
        decision = Decision(kind, name, version, actor, self._clock.now(), note)
        await self._store.write(_withdraw, decision)

    async def send_back(self, kind: str, name: str, version: int, actor: str, note: str) -> None:
        """It is a draft again; ``note`` says what to change."""
        await self._store.write(review.move, kind, name, version, "reject", actor,
                                self._clock.now(), note)  # fmt: skip

    async def approve(self, kind: str, name: str, version: int, actor: str, note: str = "") -> None:
        """It serves, and its file is to hold it.

        Refused to whoever had a hand in it (``[content] four_eyes``), with errors, without the
        consents it stands on, and when a later version came into service.
        """
        edition = await self._clean(kind, name, version)
        decision = Decision(kind, name, version, actor, self._clock.now(), note)
        await self._store.write(_approve, decision, edition, self._config.content.four_eyes)

    async def retire(self, kind: str, name: str, version: int, actor: str, note: str = "") -> None:
        """It is not to be used any more. If it serves, nothing of this name does from now on; its
        file stays."""
        await self._store.write(
            _retire, Decision(kind, name, version, actor, self._clock.now(), note)
        )

    async def roll_back(
        self, kind: str, name: str, actor: str, version: int | None = None, note: str = ""
    ) -> int:
        """An approved version serves again, by default the one that served before; its number. Its
        file is to hold it. Refused with errors, and without the consents it stands on."""
        if version is None:
            version = await self._store.read(_before, kind, name)
        edition = await self._clean(kind, name, version)
        decision = Decision(kind, name, version, actor, self._clock.now(), note)
        await self._store.write(_roll_back, decision, edition)
        return version

    async def _clean(self, kind: str, name: str, version: int, but: str = "") -> Edition:
        """The version, if it has no errors but of the rule ``but``."""
        edition = await self._store.read(versions.get, kind, name, version)
        if edition is None:
            raise ContentRefused("unknown", name=name, version=version)
        found = await self.examine(edition)
        errors = [one for one in found if one.severity == ERROR and one.rule != but]
        if errors:
            raise ContentRefused("faulty", name=name, version=version, first=str(errors[0]),
                                 findings=found)  # fmt: skip
        return edition


def _parts(tx: Tx) -> Files:
    """The shared parts that serve, by file; each template that uses one holds its text."""
    return {file: text for edition in versions.published(tx) if edition.kind == "template"
            for file, text in edition.files.items() if file.startswith(places.PARTS)}  # fmt: skip


def _with_parts(name: str, files: Files, parts: Files) -> Files:
    """With every part that it includes; one that cannot be understood keeps none."""
    try:
        template = parse_files(name, {**files, **parts})
    except BadInput:
        return files
    used = [f"{places.PARTS}{part}.j2" for part in template.parts]
    return {**files, **{file: parts[file] for file in used}}


def _company(tx: Tx, edition: Edition, config: Config, now: int) -> Company:
    ids = consents.named(edition.kind, edition.files)
    lately = mix.sent(tx, now - LATELY, now) if edition.kind == "template" else ()
    said = {f"{one.content} {local(one.at, config.timezone):%Y-%m-%d}": one.text
            for one in lately if one.content != edition.name}  # fmt: skip
    return Company(config=config, editions=versions.published(tx),
                   consents=consents.lacking(tx, ids), withheld=ugc.withheld(tx),
                   sent=tuple(Post(name, text) for name, text in said.items()))  # fmt: skip


def _save(tx: Tx, decision: Decision, files: Files) -> int:
    kind, name, author = decision.kind, decision.name, decision.actor
    latest = versions.newest(tx, kind, name)
    if latest is not None and latest.version != decision.version:
        made = review.get(tx, kind, name, latest.version)
        who = made.author if made else "somebody"
        raise ContentRefused("stale", name=name, newest=latest.version, who=who)
    if latest is None and decision.version:
        raise ContentRefused("unknown", name=name, version=decision.version)
    number, _ = versions.draft(tx, kind, name, files, author, decision.now)
    return number


def writers(tx: Tx, kind: str, name: str, version: int) -> set[str]:
    """Who had a hand in a version since the last one that was approved."""
    return {one.author for one in _since_approved(review.of(tx, kind, name), version)}


def _since_approved(known: list[Standing], version: int) -> Iterator[Standing]:
    by_number = {one.version: one for one in known}
    number = version
    while one := by_number.get(number):
        if number != version and one.state in (APPROVED, RETIRED):
            return
        yield one
        number = one.base


def _submit(tx: Tx, decision: Decision) -> None:
    kind, name, version = decision.kind, decision.name, decision.version
    review.move(tx, kind, name, version, "submit", decision.actor, decision.now, decision.note)
    for one in review.of(tx, kind, name):
        if one.state == REVIEW and one.version < version:
            review.move(tx, kind, name, one.version, "withdraw", decision.actor, decision.now,
                        REPLACED.format(version=version))  # fmt: skip


def _withdraw(tx: Tx, decision: Decision) -> None:
    kind, name, version = decision.kind, decision.name, decision.version
    found = review.get(tx, kind, name, version)
    if found is not None and found.state == REVIEW and found.actor != decision.actor:
        raise ContentRefused("not_yours", name=name, version=version, who=found.actor)
    review.move(tx, kind, name, version, "withdraw", decision.actor, decision.now, decision.note)


def _approve(tx: Tx, decision: Decision, edition: Edition, four_eyes: bool) -> None:
    kind, name, version = decision.kind, decision.name, decision.version
    serving = versions.hold(tx, kind, name)
    if four_eyes and decision.actor in writers(tx, kind, name, version):
        raise ContentRefused("own", name=name, version=version, who=decision.actor)
    if serving is not None and serving > version:
        raise ContentRefused("overtaken", name=name, version=version, serving=serving)
    review.move(tx, kind, name, version, "approve", decision.actor, decision.now, decision.note)
    _put(tx, decision, edition, PUBLISH)


def _roll_back(tx: Tx, decision: Decision, edition: Edition) -> None:
    kind, name, version = decision.kind, decision.name, decision.version
    versions.hold(tx, kind, name)
    found = review.get(tx, kind, name, version)
    if found is None or found.state not in (APPROVED, RETIRED):
        raise ContentRefused("not_served", name=name, version=version)
    _put(tx, decision, edition, ROLLBACK)


def _put(tx: Tx, decision: Decision, edition: Edition, event: str) -> None:
    """Into service, and into the file."""
    kind, name, version = decision.kind, decision.name, decision.version
    named = consents.named(kind, edition.files)
    for why in ugc.problems(tx, named).values():
        raise ContentRefused("consent", name=name, version=version, why=why)
    ugc.use(tx, name, version, named)
    versions.serve(tx, kind, name, version, decision.actor, decision.now, event=event,
                   reason=decision.note)  # fmt: skip
    wanted.want(tx, kind, name, version, decision.actor, decision.now)


def _retire(tx: Tx, decision: Decision) -> None:
    kind, name, version = decision.kind, decision.name, decision.version
    serving = versions.hold(tx, kind, name)
    review.move(tx, kind, name, version, "retire", decision.actor, decision.now, decision.note)
    if serving == version:
        versions.withdraw(tx, kind, name, decision.actor, decision.now, decision.note)


def _before(tx: Tx, kind: str, name: str) -> int:
    found = versions.served_before(versions.history(tx, kind, name))
    if found is None:
        raise ContentRefused("nothing", name=name)
    return found
