"""Small words that steer a talk: yes, no, never mind, skip, back, that is wrong, forget me.

Patterns run on normalised text, so punctuation and width do not count.
"""

from __future__ import annotations

import re

from bot.persona.normalise import normalise

_TAIL = r"(?:吧|了吧|了|啊|呀|哦|喔|啦|嘛|的|谢谢|谢谢你|谢了)*"
_CANCEL = re.compile(
    rf"(?:那)?(?:还是)?(?:算了|先?不弄了?|不填了?|不登记了?|不要了|不用了|不搞了|不选了?|不说了|取消|退出|"
    rf"下次再(?:说|弄|填)|以后再(?:说|弄|填)|改天再(?:说|弄|填)|不想(?:弄|填|登记|选)了?|没兴趣){_TAIL}"
)
_SKIP = re.compile(
    rf"(?:这个|这条|这题)?(?:我)?(?:先)?(?:跳过|略过|不想说|不想填这个|不方便说?|不方便透露|保密|不告诉你|不说|"
    rf"下一个|下一题|不知道|没有|说不好|不清楚){_TAIL}"
)
_REFUSE = re.compile(
    rf"(?:这个|这条|这题)?(?:我)?(?:先)?(?:不想说|不想答|不想回答|不方便说?|不方便透露|保密|不告诉你|"
    rf"不报了?|不报名了?|不申请了?|不想报名?了?|不参加了?|不进了|不加了){_TAIL}"
)
_BACK = re.compile(
    rf"(?:我)?(?:要|想)?(?:返回|回到|退回|回)?(?:上一步|上一个|上一题|前一步|上一层)|"
    rf"(?:返回|退回|后退|往回|倒回去|回去)(?:一步|一下)?{_TAIL}|(?:我)?(?:要|想)?重选{_TAIL}|选错了"
)
_WRONG = re.compile(
    r"^\s*(?:啊|哎|呃|额|那个)?[,，\s]*(?:不对|错了|说错了|写错了|打错了|填错了|搞错了|不是这个|更正|纠正一下|改一下|改成|改为|应该是|"
    r"我?(?:刚才|前面|刚刚)(?:说|写|打|填)?(?:的)?.{0,6}(?:错了|不对)|不是[,，\s]*是|不[,，\s]*是)[了的吧]?[,，。.!！:：\s]*"
)
_NO = re.compile(r"^(?:我)?(?:还是)?(?:不|没|别|拒绝|免了|否|no|nope|算了|错)")
_YES = re.compile(
    r"^(?:嗯+|恩+|对|是|好|行|可以|同意|没错|没问题|没事|没关系|当然|愿意|要|有|ok|okay|yes|1?确认|确定|中|成|得|必须|能)"
)
_YES_NEGATED = re.compile(r"^(?:没错|没问题|没事|没关系|不错|不介意|别客气)")
_ASKS = re.compile(
    r"[?？]\s*$|吗|呢\s*[。.!！]?$|几点|几天|多少|怎么|咋|什么|啥|哪|为什么|为啥|多久|谁|是不是|能不能|可不可以|有没有|请问"
)
_FORGET = re.compile(
    r"(?:忘掉|忘了|忘记)(?:我|关于我|我的(?:一切|事|信息|资料|记录))(?:吧|好吗|行吗|$)|"
    r"(?:删除|删掉|清除|清空|抹掉|销毁|注销|删)(?:一下|你们?|所有|全部|有关|关于)*我的?(?:所有|全部|个人|的)*(?:信息|资料|记录|数据|账号|档案|聊天记录)|"
    r"(?:把)?我的?(?:所有|全部|个人)*(?:信息|资料|记录|数据|档案)(?:都|全|全都)?(?:给我)?(?:删除|删掉|清除|清空|抹掉|销毁|注销|删)|"
    r"别(?:再)?(?:记|记着|存|保存)我的?(?:信息|资料|东西)"
)
_SHORT = 14


def cancels(text: str) -> bool:
    """The whole message gives up what is under way."""
    return bool(_CANCEL.fullmatch(normalise(text)))


def skips(text: str) -> bool:
    """The whole message declines to answer this one question."""
    return bool(_SKIP.fullmatch(normalise(text)))


def refuses(text: str) -> bool:
    """The whole message will not answer; a "no" or "I do not know" may be an answer."""
    return bool(_REFUSE.fullmatch(normalise(text)))


def goes_back(text: str) -> bool:
    """The whole message asks for the question before."""
    return bool(_BACK.fullmatch(normalise(text)))


def corrects(text: str) -> str | None:
    """What stands after "no, that is wrong", or None when nothing is taken back."""
    found = _WRONG.match(text)
    return text[found.end() :].strip() if found else None


def agrees(text: str) -> bool | None:
    """True for a yes, False for a no, None for neither. Long texts are neither."""
    key = normalise(text)
    if not key or len(key) > _SHORT:
        return None
    if _YES_NEGATED.match(key):
        return True
    if _NO.match(key):
        return False
    return True if _YES.match(key) and not asks(text) else None


def asks(text: str) -> bool:
    """Looks like a question."""
    return bool(_ASKS.search(text))


def forget_me(text: str) -> bool:
    """Wants to be forgotten: what is remembered of him is to be erased."""
    key = normalise(text[:400])
    return len(key) <= 60 and bool(_FORGET.search(key))
