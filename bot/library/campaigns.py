"""What is wrong with a campaign beside the templates and personas that it names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.core.errors import BadInput
from bot.core.findings import ERROR, WARNING, Finding, of_error
from bot.persona.persona import Persona
from bot.studio.template import Template
from scheduler.campaigns import ORDER, REPLY, TAG, Campaign, audience_of, shown

# Of these kinds a template of another kind would say the wrong thing to the wrong people.
_FITTING: Mapping[str, tuple[str, ...]] = {
    "promo": ("promo",), "care": ("care", "reply"), "activity": ("activity", "promo"),
    "live": ("activity", "promo", "care"), "moment": ("moment",),
    "group_post": ("group_post", "promo"), "internal_post": ("group_post", "promo"),
}  # fmt: skip
# Tags that are given to who has bought.
_BOUGHT = re.compile("[购买]|下单|成交|付款|支付|order|bought|buy|purchase", re.I)


def review_campaign(
    campaign: Campaign, templates: Mapping[str, Template], personas: Mapping[str, Persona]
) -> Iterator[Finding]:
    """Findings of a campaign whose file can be read; what it names and is not there has its own."""
    file = campaign.file
    try:
        audience_of(campaign, {name: one.accounts.contact for name, one in personas.items()})
    except BadInput as exc:
        yield of_error(exc, "campaign.audience")
    for name in campaign.templates:
        template = templates.get(name)
        if template is not None and template.kind not in _FITTING[file.do]:
            yield _say(campaign, ERROR, "template",
                       f"{name} 是 {template.kind} 的模板，不能用在 do = \"{file.do}\" 里",
                       "换成 " + " 或 ".join(_FITTING[file.do]) + " 的模板")  # fmt: skip
        if template is not None and template.attachments and file.via == ("kf",):
            yield _say(campaign, ERROR, "via", f"{name} 带附件，微信客服一次只能发一样，谁也到不了",
                       'via 里加上 "bulk"，或者去掉附件')  # fmt: skip
    persona = personas.get(file.persona)
    if persona is not None and not persona.accounts.contact and "kf" not in file.via:
        yield _say(campaign, ERROR, "unreachable", f"{file.persona} 没有企微账号，谁也到不了",
                   "在人设文件里写上 accounts.contact")  # fmt: skip
    if file.goal and not file.holdout:
        yield _say(campaign, WARNING, "goal", "有目标，没有对照组，看不出是不是它带来的",
                   "写上 holdout = 0.1")  # fmt: skip
    if file.goal == ORDER or (file.goal.startswith(TAG) and _BOUGHT.search(file.goal)):
        yield _say(campaign, WARNING, "conversion", "目标只有成交，看不出有没有人理、有没有人嫌烦",
                   f'换成 goal = "{REPLY}"，或者看结果时把回复、退订、投诉一起看')  # fmt: skip
    if file.holdout and not file.goal:
        yield _say(campaign, WARNING, "goal", "留了对照组，没有写目标，没有可比的",
                   f'写上 goal = "{REPLY}"、"{ORDER}" 或 "tag:标签名"')  # fmt: skip


def _say(campaign: Campaign, severity: str, rule: str, message: str, fix: str) -> Finding:
    return Finding(file=shown(campaign.id), line=1, rule=f"campaign.{rule}", severity=severity,
                   message=message, fix=fix)  # fmt: skip
