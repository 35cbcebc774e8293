"""Claims that may not be made: superlatives, medical effects, invented offers, big promises.

Sources: Advertising Law of the PRC, articles 9 (superlatives), 17 and 18 (medical claims for
goods that are no medicine), 28 (promises that mislead). Patterns run on undisguised text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BEST = (
    "(?<![这那]样)(?<!能)(?<!也)(?<!当然)最好(?=的|[。！!，,]|$)|最(?:佳|优秀|优质|顶级|高级|先进|正宗|权威|专业|有效|安全|天然|健康|牛|棒|畅销|"
    "受欢迎|便宜|低价|实惠|划算|强|好喝|新鲜|高品质|热销|流行|受用户|符合)|史上最|全网最|全国最|世界最|国内最|行业最"
)
_FIRST = (
    "(?:全国|全球|世界|国内|中国|行业|业内|业界|同类|销量|销售|品质|质量|口碑|排名|全网|天下|亚洲|华东|本地|名列|位居|稳居)"
    "(?:排名)?第一|第一(?:品牌|大|好茶|名茶|茶(?!席|水)|选择|家(?=[。！!，,]|$))|no\\.?1|top\\.?1|数一数二|首屈一指"
)
_GRAND = (
    "国家级|世界级|全球级|宇宙级|顶级|顶尖|极品|至尊|王牌|绝无仅有|独一无二|史无前例|空前绝后|无与伦比|举世无双|"
    "前无古人|登峰造极|遥遥领先|领导品牌|领袖品牌|销量冠军|全球首发|国宴用茶|国礼|特供|专供|驰名商标|百分之?百(?:有效|正品|满意|安全|纯)|"
    "100%(?:有效|正品|满意|安全|纯|天然)|纯天然无|绝对(?:正宗|安全|有效|第一|最)|万能|唯一(?:正宗|指定|授权|品牌)|首选品牌|领先品牌"
)
_MEDICAL = (
    "治疗|根治|治(?:好|愈)?(?:病|癌|失眠|胃|感冒|便秘|高血压|糖尿病|百病|咳|头疼|头痛|痛风)|能治|可治|主治|疗效|药效|药用价值|特效|偏方|秘方|"
    "(?:降|控|稳|调节?)(?:低|血|住)?(?:血)?(?:三高|血压|血脂|血糖|尿酸|胆固醇|糖尿)|降(?:压|脂|糖|火气病)|抗癌|防癌|抗肿瘤|抗氧化|抗衰老?|抗炎|消炎|杀菌|抗病毒|"
    "减肥|减重|瘦身|瘦肚子|燃脂|刮油|去油脂|排毒|解毒|清肠|通便|利尿|祛湿|去湿|祛斑|美白|养颜|养胃|护胃|暖胃|护肝|养肝|补肾|壮阳|补气血|活血|"
    "(?:提高|增强|提升|改善)(?:人体|身体|自身)?(?:免疫|抵抗|代谢|睡眠|体质|记忆)|助眠|安神|预防(?:感冒|流感|疾病|癌|三高|心|血管|糖尿|老年)|延年益寿|长寿|"
    "软化血管|保健(?:功效|作用|功能)|养生功效|对(?:失眠|便秘|高血压|糖尿病|胃病)有(?:帮助|好处|效)|包治"
)
_OFFER = (
    "(?:打)?(?:[0-9](?:\\.[0-9])?|[0-9]{2}|[一二三四五六七八九](?:[点一二三四五六七八九])?(?:[一二三四五六七八九])?|对|骨)\\s*折"
    "(?!叠|腾|射|磨|纸|页|痕|返|断|成|子|中|回|扇|算|耳)|立减|直降|满[0-9一二三四五六七八九十百千]+元?(?:立)?减|"
    "(?:优惠|减|省|便宜|返)(?:了|你)?[0-9]+(?:\\.[0-9]+)?(?:元|块)|买[一二三四五1-9]+?[送赠][一二三四五1-9]|第二(?:件|份|盒)半价|半价|"
    "免单|免费送|白送|秒杀价?|清仓价?|跳楼价|全网最低价?|特价|亏本|成本价|内部价|员工价|亲友价|返现"
)
_PROMISE = (
    "无效(?:全额)?退款|假一赔[十百三]|包(?:治|瘦|好|赚|生|过)|稳赚|保本|保证(?:有效|治|瘦|赚|不会|一定|正品|收益|升值|最)|"
    "一定(?:有效|能治|会瘦|升值|涨价)|必(?:涨|赚|瘦)|收藏升值|升值(?:空间|潜力|很?快)|年化|高回报|躺赚|绝不(?:反弹|复发)|永不(?:过期|变质|反弹)|立竿见影|药到病除|零风险|无副作用|没有任何?副作用"
)

# A denial close before the claim ("不能治病", "别信减肥那套") makes it honest.
_DENIAL = re.compile("不|没|别|非|勿|无法|莫|甭|难|未|怎么会|哪有|瞎|骗|谣|误解|传言|据说|听说")
_BREAK = re.compile("[，,。！？!?；;\n]")
_DENIAL_REACH = 10


@dataclass(frozen=True, slots=True)
class Claim:
    """A kind of claim: its patterns, what is said about it, and whether a denial excuses it."""

    code: str
    pattern: re.Pattern[str]
    message: str
    fix: str
    deniable: bool = True


CLAIMS = (
    Claim("superlative", re.compile("|".join((_BEST, _FIRST, _GRAND))),
          "广告法不允许的绝对化用语", "说具体的：产地、做法、喝起来怎样"),
    Claim("medical", re.compile(_MEDICAL), "普通商品不能说疗效或保健功能", "只说味道和感受"),
    Claim("discount", re.compile(_OFFER), "脚本之外的优惠", "只说已经发布的活动，或请同事确认"),
    Claim("promise", re.compile(_PROMISE), "兑现不了的承诺", "说能做到的那一步", deniable=False),
)  # fmt: skip


def claims(text: str) -> Iterator[tuple[Claim, int, int]]:
    """(claim, start, end) for every forbidden claim in an undisguised text."""
    for claim in CLAIMS:
        for found in claim.pattern.finditer(text):
            if not (claim.deniable and _denied(text, found.start())):
                yield claim, found.start(), found.end()


def _denied(text: str, start: int) -> bool:
    before = text[max(0, start - _DENIAL_REACH) : start]
    return bool(_DENIAL.search(_BREAK.split(before)[-1]))
