"""What surrounds a word before it is said: the cast at one moment, its context, its guard. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from bot.core.body import Body, Text
from bot.core.carrying import Shortening
from bot.core.clock import DAY, HOUR, local
from bot.core.config import Config, Limits
from bot.core.governing import Governing
from bot.core.guarding import FORCED, Guarding
from bot.core.mixing import Mix
from bot.core.model import AMOUNTS, EXCUSED, OWN, Outbound
from bot.core.passes import INTO, door
from bot.core.service import Service
from bot.core.span import parse_span
from bot.core.whereabouts import NOWHERE, Whereabouts
from bot.library.cast import Cast
from bot.persona import label
from bot.persona.guard import Case, Guard, Problem, blocking
from bot.persona.pieces import check, judge, shown
from bot.studio.render import CannotRender, Rendered

EMPTY: Mapping[str, str] = MappingProxyType({})
# Bytes of a text (pages 90236, 91770 and 客服消息); the other channels stand in [wecom.limits].
APP_TEXT = OA_TEXT = 2048
# What our own links excuse.
HOSTED = frozenset({"link", "drain"})
_SEALED = re.compile(rf"{re.escape(INTO)}[A-Za-z0-9_-]{{24,1000}}")
# Made once: a setting is made for every turn and every call.
_LIMITS, _POLICY, _SERVICE = Limits(), Guarding(), Service()
_GOVERNING, _MIX, _SHORT = Governing(), Mix(), Shortening()


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One snapshot of the cast, our own links, the platform's limits, and the time.

    ``pool``: how long steps that leave by a tap wait for others with the same words, in ms;
    ``settle``: how long a reward may be taken back after it was handed over.
    ``agent``: the application by which colleagues are told; ``pages``: where the pages for staff
    are, empty: nobody knows; ``archive``: whether the message archive is read; ``listens``: kinds
    of messages that a machine makes words of.
    """

    cast: Cast
    now: int
    links: Whereabouts = NOWHERE
    limits: Limits = _LIMITS
    policy: Guarding = _POLICY
    service: Service = _SERVICE
    governing: Governing = _GOVERNING
    pool: int = 2 * HOUR
    agent: str = ""
    pages: str = ""
    archive: bool = False
    mix: Mix = _MIX
    short: Shortening = _SHORT
    settle: int = 7 * DAY
    listens: frozenset[str] = frozenset()

    @classmethod
    def of(cls, config: Config, cast: Cast, now: int, links: Whereabouts = NOWHERE) -> Setting:
        """A moment under the rules of the configuration."""
        return cls(cast=cast, now=now, links=links, **_rules(config))

    def with_links(self, links: Whereabouts) -> Setting:
        """The same moment with our own links known."""
        return replace(self, links=links)

    def page(self, circle: str = "") -> str:
        """The address of the member page, the same for everybody; empty where nobody knows it."""
        return door(self.short.base or self.links.here, circle)


@lru_cache(4)
def _rules(config: Config) -> dict[str, Any]:
    """What of a setting is the same at every moment."""
    return {
        "limits": config.wecom.limits, "policy": config.guard, "service": config.service,
        "governing": config.governor, "mix": config.mix, "pool": parse_span(config.taps.pool),
        "agent": config.wecom.telling_app if config.wecom.apps else "",
        "pages": pages_of(config), "archive": config.wecom.archive.feed != "off",
        "short": Shortening.of(config.carriers, config.web.public_url),
        "settle": parse_span(config.rewards.settle), "listens": config.listening.listens,
    }  # fmt: skip


def pages_of(config: Config) -> str:
    """Where the pages for staff are reached, or empty."""
    public = config.web.public_url.rstrip("/")
    return f"{public}/console" if public else ""


def context_of(
    setting: Setting, persona: str, name: str = "", facts: Mapping[str, str] = EMPTY,
    circle: str = "",
) -> dict[str, Any]:  # fmt: skip
    """What a template of this persona sees; ``name`` is the member's, if he has one here, and
    ``facts`` what is known of him. ``circle``: where it is said; empty: the one that she leads."""
    accounts = setting.cast.accounts_of(persona, "kf")
    link = next((setting.links.kf[a] for a in accounts if a in setting.links.kf), "")
    member = {**facts, "name": name}
    context = setting.cast.context(persona, setting.now, member=member, fact=facts)
    ways = (setting.links.contact.get(a, "") for a in setting.cast.accounts_of(persona, "contact"))
    own = {"kf_link": link, "contact_qr": next(filter(None, ways), "")}
    page = setting.page(circle or setting.cast.led_by(persona)) or link
    return {**context, "persona": {**context["persona"], **own}, "circle": {"page": page}}


def prepare(
    setting: Setting, persona: str, template: str, name: str = "",
    facts: Mapping[str, str] = EMPTY, given: Mapping[str, Any] = EMPTY, circle: str = "",
) -> Rendered:  # fmt: skip
    """A template's text, ready to leave. ``given``: values that have no source; ``circle``: as in
    ``context_of``. Raises CannotRender: out of its dates, or guarded."""
    _serving(setting, template)
    context = {**given, **context_of(setting, persona, name, facts, circle)}
    made = setting.cast.shelf.render(template, context)
    codes = stopped(setting, persona, made.body, amounts=made.amounts)
    if codes:
        raise CannotRender(template, f"guard: {codes}")
    return made


def prepare_each(
    setting: Setting,
    persona: str,
    template: str,
    members: Iterable[Mapping[str, Any]],
    circle: str = "",
) -> Iterator[Rendered | CannotRender]:
    """The same for many members, of each what may be named of him; whom it cannot be said to gets
    the reason. Equal texts are judged once. Raises CannotRender: nobody may hear it."""
    _serving(setting, template)
    judged, common = dict[str, str](), context_of(setting, persona, circle=circle)
    for made in setting.cast.shelf.render_many(template, members, common):
        if isinstance(made, Rendered):
            if made.text not in judged:
                judged[made.text] = stopped(setting, persona, made.body, amounts=made.amounts)
            if codes := judged[made.text]:
                yield CannotRender(template, f"guard: {codes}")
                continue
        yield made


def _serving(setting: Setting, template: str) -> None:
    if why := setting.cast.withheld.get(template):
        raise CannotRender(template, why)
    found = setting.cast.shelf.get(template)
    today = local(setting.now, setting.cast.zone).date()
    if found is not None and not found.valid_on(today):
        raise CannotRender(template, f"not valid on {today.isoformat()}")


def look(
    setting: Setting, persona: str, body: Body, *, channel: str = "", operator: str = "bot",
    amounts: Iterable[str] = (), own: Iterable[str] = (),
) -> tuple[Problem, ...]:  # fmt: skip
    """Everything the guard has to say about a message before it leaves.

    ``operator``: ``bot``, ``model``, or the staff member who wrote it. ``amounts`` are yuan of a
    template's data, ``own`` what the member told us of himself. A persona that is not in the cast
    is judged by the brand's rules alone.
    """
    case = Case(
        day=local(setting.now, setting.cast.zone).date(), policy=setting.policy,
        allowed=frozenset(map(Decimal, amounts)), own=frozenset(own),
        staff=operator not in ("bot", *setting.policy.label.operators),
    )  # fmt: skip
    guard, most = _guard(setting.cast, persona), text_most(channel, setting.limits)
    body = _unsealed(body)
    found = check(guard, body, case, most)
    # few texts have a link, and without ours the guard knows a text that it has seen before
    if any(problem.code in HOSTED for problem in found) and (hosts := _own_hosts(setting)):
        return check(guard, body, replace(case, hosts=hosts), most)
    return found


def look_at_row(setting: Setting, row: Outbound) -> tuple[Problem, ...]:
    """The same for a row of the outbox, as the last thing before the call.

    A notice says nothing by itself; the words with which it changes a card are looked at.
    """
    if row.kind == "notice":
        case = Case(day=local(setting.now, setting.cast.zone).date(), policy=setting.policy,
                    hosts=_own_hosts(setting))  # fmt: skip
        guard, change = _guard(setting.cast, row.persona), row.data.get("update", {})
        return tuple(p for piece in shown(change, "card") for p in judge(guard, piece, case))
    found = look(setting, row.persona, row.body, channel=row.channel, operator=row.operator,
                 amounts=row.data.get(AMOUNTS, ()), own=row.data.get(OWN, ()))  # fmt: skip
    return (*excused(found, row.data.get(EXCUSED, ())), *_unlabelled(setting, row))


def excused(found: Iterable[Problem], codes: Iterable[str]) -> tuple[Problem, ...]:
    """What is left of it when a lead has let some codes pass; what the law forces always is."""
    passed = frozenset(codes) - FORCED
    return tuple(problem for problem in found if problem.code not in passed)


def stopped(setting: Setting, persona: str, said: Body | str, **more: Any) -> str:
    """Reason codes of what must not be said, or empty. Nothing leaves unguarded."""
    body = Text(said) if isinstance(said, str) else said
    return codes_of(blocking(look(setting, persona, body, **more)))


def codes_of(problems: Iterable[Problem]) -> str:
    """Reason codes, each once."""
    return ", ".join(sorted({problem.code for problem in problems}))


def text_most(channel: str, limits: Limits) -> int | None:
    """Bytes of text that fit into one message of a channel; None when it is not known yet."""
    return {
        "kf": limits.kf_text_bytes, "contact": limits.rich_text_bytes,
        "group": limits.rich_text_bytes, "moment": limits.rich_text_bytes,
        "webhook": limits.markdown_bytes, "robot": limits.robot_text_bytes,
        "app": APP_TEXT, "oa": OA_TEXT,
    }.get(channel)  # fmt: skip


def _guard(cast: Cast, persona: str) -> Guard:
    script = cast.scripts.get(persona)
    return script.guard if script is not None else Guard(cast.brand, None, cast.goods)


def _unlabelled(setting: Setting, row: Outbound) -> Iterable[Problem]:
    policy, script = setting.policy, setting.cast.scripts.get(row.persona)
    if policy.unlabelled == "off" or not label.wants(policy.label, row.operator):
        return ()
    own = script.persona.disclosure.label if script is not None else ""
    if label.is_labelled(row.body, policy.label, own):
        return ()
    return (Problem(code="unlabelled", message="AI 写的内容没有标识", start=0, end=0,
                    fix="加上标识", severity=policy.unlabelled),)  # fmt: skip


def _unsealed(body: Body) -> Body:
    """Without the sealed word in a link to a member's page: it is drawn by chance, nobody reads it,
    and now and then it spells something. Where the link leads is judged as ever."""
    if not isinstance(body, Text) or INTO not in body.text:
        return body
    return replace(body, text=_SEALED.sub(INTO, body.text))


def _own_hosts(setting: Setting) -> frozenset[str]:
    """Our own address; and the platform made links for our own accounts, so their hosts are the
    brand's too."""
    links = (*setting.links.urls, setting.short.base)
    return frozenset(urlsplit(url).hostname or "" for url in links) - {""}
