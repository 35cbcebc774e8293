"""What takes a claim back: a denial before it, a rumour behind it, a warning of swindlers.

"茶不能治病", "说喝茶治病的都别信", "有人冒充我们说有内部价" make no claim.
"""

from __future__ import annotations

import re

# A denial close before the claim ("不能治病", "别信减肥那套") makes it honest.
_DENIAL = re.compile(
    "(?<!好)(?<!毫)不(?!仅|但|只|光|单|得不|止|错|知不觉|久|愧|可|过[，,]|同凡响|会反|用担|用怕|少|到|出|信|骗|用[去吃打看上花加])|没(?!想到|多久|毛病|问题|事|几[天次杯周]|过)|(?<![特区分级个类])别(?!人|处|具|致|的|家|墅|说|看|提|开)|"
    "非(?!常|凡|同|得)|勿|无法|莫(?!名|非)|甭|难(?!得|受|题|道)|未(?!来|必不)|怎么会|哪有|瞎|骗|谣|误解|传言|据说|听说|是否|能否|拒绝"
)
# Whoever says that he cannot promise makes no promise.
_UNABLE = re.compile(
    "(?:没法|没办法|不能|无法|不敢|不会|不可能|没有谁能|没人能|谁也不能|不好|不)(?:跟你|向你|说|给你|替你)?$"
)
_UNABLE_ANY = re.compile(
    "(?:没法|没办法|不能|无法|不敢|不会|不可能|没人能|谁也不能|不好|别|不)[^，,。！!？?；;\n]{0,6}$"
)
# "… is a rumour" denies what stands before it.
_RUMOUR = re.compile(
    "^[^，,。！!？?；;\n]{0,6}(?:都)?(?:谣传|谣言|别信|不要信|不能信|别当真|骗人|是假的|不可信|没有?依据|没根据|不是我们(?:发|的|家|店))"
    "|^[^，,。！!？?；;\n]{0,8}[，,]?(?:这个|那是|这些|这话|这类说法)?(?:我|我们)?(?:得|要|都)?(?:老实说|不讲|不敢说|不能说|答不了|没这回事|没有的事|不做|不劝|不建议|不推荐|不鼓励|当不得真|古人)"
    "|^[^。！!？?；;\n]{0,10}(?:请|先)?(?:问|咨询)(?:一下|一问|问)?(?:[^。，,！!？?\n]{0,5})(?:医生|药师|大夫)"
)
# “排毒”这个词我们不用: what is quoted and refused is not said.
_QUOTED = re.compile(
    "^[^，,。！!？?“”「」\n]{0,8}[”」』\"'](?:这|那)?(?:种|个|样|几个|两个|类|些)?(?:词|话|字|说法|口号|帽子|文章|图)?[^。！!？?\n]{0,10}(?:不用|不说|不敢|不能|不接|不发|不写|去掉|删|撤|没有|改成|换成|别写|做不到|当不起|是假的|假的)"
)
# Whoever warns of swindlers repeats what they say.
_WARNS = re.compile("(?:冒充|骗子|谎称|假客服|假冒|最近有人用)[^。！!？?\n]*$")
_WARN_REACH = 50
_BREAK = re.compile("[，,。！？!?；;\n]")
_DENIAL_REACH = 10
# Denials that take a claim of quality back; a bare 不 before it may belong to something else.
_WEAK = re.compile(
    "(?:不(?:是|算|敢|讲|说|会|能)|没有?|别说|从不|并非|谈不上|称不上)[^，,。！!？?；;\n]{0,4}$"
)
_WARNED = re.compile(
    "(?:别|不要|不会|请勿|勿|不能|不用|不需要|切勿|绝不|从不|不)[^，,。！!？?\n]{0,8}$"
)
_DENIALS = {
    "near": _DENIAL, "unable": _UNABLE_ANY, "just": _UNABLE, "weak": _WEAK, "warned": _WARNED,
}  # fmt: skip


def excused(text: str, start: int, end: int, kind: str) -> bool:
    """True when what stands around a match takes it back; ``kind`` names a way, see Frame."""
    return kind != "none" and _denied(text, start, end, _DENIALS[kind])


def taken_back(text: str, start: int, end: int) -> bool:
    """True when a word of quality is denied right before it, or what stands behind denies it."""
    return _denied(text, start, end, _DENIALS["weak"])


def _denied(text: str, start: int, end: int, denial: re.Pattern[str]) -> bool:
    before = text[max(0, start - _DENIAL_REACH) : start]
    if denial.search(_BREAK.split(before)[-1]):
        return True
    if _WARNS.search(text[max(0, start - _WARN_REACH) : start]):
        return True
    behind = text[end : end + 3 * _DENIAL_REACH]
    return bool(_RUMOUR.match(behind[: 2 * _DENIAL_REACH]) or _QUOTED.match(behind))
