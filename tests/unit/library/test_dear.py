"""Dear goods are explained before they are offered, or somebody is told (A54)."""

from __future__ import annotations

from bot.core.ordering import Category
from bot.library.dear import Shop, review_dear
from bot.studio.parse import parse_template
from bot.studio.template import Template
from scheduler.campaigns import parse_campaign
from scheduler.flows import parse_flow

HOW, OFFER, TEA = "care/set-how", "promos/set", "promos/tea"


def template(name: str, genre: str) -> Template:
    head = f'+++\ntitle = "{name}"\ngenre = "{genre}"\norigin = "BGC"\n+++\n'
    return parse_template(name, f"{head}茶具这样挑。\n", f"content/{name}.j2")


SHOP = Shop(
    categories={"茶具": Category(dear=True, content=("care/set-*", OFFER)),
                "绿茶": Category(content=(TEA,))},
    templates={name: template(name, genre) for name, genre in (
        (HOW, "knowledge"), ("care/set-joke", "joke"), (OFFER, "experience"), (TEA, "experience"))},
)  # fmt: skip


def flow_rules(*steps: tuple[str, str]) -> list[str]:
    text = 'id = "f"\ntrigger = "contact_added"\npersona = ["x"]\n' + "".join(
        f'[[step]]\nid = "s{n}"\nday = {n}\nat = "10:00"\ntemplate = "{name}"\nvia = ["kf"]\n{more}\n'
        for n, (name, more) in enumerate(steps))  # fmt: skip
    flow = parse_flow(text, "content/flows/f.toml")
    return [one.rule for one in review_dear([flow], [], SHOP)]


def campaign_rules(template: str, audience: str) -> list[str]:
    text = (f'id = "c"\ndo = "promo"\npersona = "x"\ntemplate = "{template}"\n'
            f'audience = "{audience}"\n')  # fmt: skip
    campaign = parse_campaign(text, "content/campaigns/c.toml", "UTC")
    return [one.rule for one in review_dear([], [campaign], SHOP)]


def test_a_flow_explains_first() -> None:
    assert flow_rules((OFFER, "")) == ["flow.dear"]
    assert flow_rules((OFFER, ""), (HOW, "")) == ["flow.dear"]
    assert flow_rules(("care/set-joke", ""), (OFFER, "")) == ["flow.dear"]
    assert flow_rules((HOW, ""), (OFFER, "")) == []
    assert flow_rules((OFFER, 'unless = ["dear"]')) == []
    assert flow_rules((OFFER, 'when = "阶段:茶具/心仪"')) == []
    assert flow_rules((OFFER, 'when = "推广:可"')) == ["flow.dear"]
    assert flow_rules((TEA, "")) == []


def test_a_campaign_says_whom_it_is_for() -> None:
    assert campaign_rules(OFFER, "标签:常客") == ["campaign.dear"]
    assert campaign_rules(OFFER, "标签:常客 且 非 阶段:茶具/心仪") == ["campaign.dear"]
    assert campaign_rules(OFFER, "标签:常客 且 阶段:茶具/了解") == []
    assert campaign_rules(TEA, "标签:常客") == []
