"""Who wants into a circle, or out of it: heard only where a circle is named. Pure.

A wish names the circle right behind the word for going in (想加入盲品小圈), or before it
(盲品小圈怎么进), and little else stands around it. What is asked about a circle (盲品小圈要钱吗),
told of somebody else (我朋友想进…), denied (没进…) or over (进了…) is no wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.door import Door
from bot.persona.normalise import normalise

LENGTH_MAX = 40
# What people put behind the name of a circle, or leave out.
_SUFFIX = r"(?:小圈子|圈子|小圈|圈)"
_STEM = re.compile(rf"(.{{2,}}?){_SUFFIX}")

_OTHERS = re.compile(
    r"不|没|别|甭|未|无法|朋友|同事|同学|闺蜜|邻居|亲戚|老公|老婆|先生|太太|妈|爸|姐|哥|弟|妹|孩子|儿子|女儿|对象|客户|[他她它谁]|别人|人家|有人|大家|他们|为什么|为啥|"
    r"怎么就|干嘛|以前|之前|当时|当初|本来|原来|上次|昨天|去年|后悔|如果|要是|假如|的人|已经|刚|什么时候|几时"
)
_ASKING = r"(?:你好呀?|您好|哈喽|嗨|hi|hello|在吗|在么|请问一?下?|麻烦|请|那个?|嗯+|对了|哎|我们?|咱们?|也|就|还|都|真的?|很|好|特别|一直|现在|今天|小编|老师|客服|老板)*"
_WISH = r"(?:想要?|要|希望|求|申请|报名|可不可以|能不能|可以|能否|能|怎么样?|怎样|如何|咋样?|让我|拉我|带我|给我|帮我|把我|准我|愿意)"
_FILL = r"(?:才能|才可以|才|让|再|也|去|来|一起|能|可以|想|要|报名|申请|报个名|一下|我|拉|放|带|现在|还|麻烦|帮)*"
_ENTER = r"(?P<do>报名参加|申请加入|加入到?|加进?|进入?到?|入|参加|参与|报名|报|申请)"
_NEAR = r"(?:一下|下|你们?家?的?|咱们?的?|那个|这个|店里的?|个|到)*"
_HOW = r"(?:怎么样?|怎样|如何|咋样?|要怎么|该怎么|能不能|可不可以|可以|能|我?也?想要?|我要|我也要|还能|还可以|去?哪里?|在哪里?|从哪里?|哪儿)"
_SO = r"(?:才能|才可以|能|可以|才|再|去|来|现在|我)*"
_TAIL = r"(?:吗|么|嘛|呢|吧|啊|呀|哦|啦|哈|了|的|可以吗|可以么|可不可以|行吗|行不行|好吗|能吗|怎么弄|怎么办|怎么操作|怎么报名?|怎么做|要怎么做|该怎么做|要怎么弄|谢谢你?|多谢|谢了|在哪里?报名?|去哪里?报名|还来得及吗|还有名额吗|还有位置吗|试试看?|玩玩|看看|坐坐|学习一下|算我一个|带我一个|拜托了?|报名|请问|求通过)*"
_OUT = r"(?P<do>退出|退掉|退了|退|离开|撤出)"
_GIVE_UP = r"(?:撤回|撤销|撤掉|撤|取消|不要了|算了)"
_PLEASE = r"(?:想要?|要|申请|帮我|请|麻烦|怎么样?|怎样|如何|能不能|可不可以|可以|给我|决定|打算|让我|从|再|就|先)*"

_ENTER_BEFORE = re.compile(
    rf"(?:{_ASKING}|(?P<lead>.{{0,20}}?)(?={_WISH})){_WISH}{_FILL}{_ENTER}{_NEAR}"
)
_ENTER_BARE = re.compile(rf"{_ASKING}{_ENTER}{_NEAR}")
_ENTER_AFTER = re.compile(
    rf"(?:我也?|现在|还|到底|这个|那个)*{_HOW}{_SO}{_ENTER}(?:去|来)?{_TAIL}|"
    rf"(?:可以|能|能不能)?(?:也)?(?:算|带|加|拉)(?:上)?我(?:一个)?{_TAIL}|(?:我)?(?:报名|报个名){_TAIL}"
)
_LEAVE_BEFORE = re.compile(rf"{_ASKING}{_PLEASE}{_OUT}{_NEAR}")
_LEAVE_AFTER = re.compile(
    rf"(?:我)?(?:想要?|要|怎么样?|如何|能不能|可以|帮我|给我)+{_OUT}(?:一下)?{_TAIL}|"
    rf"我?不想(?:再)?(?:待|呆|留|玩|参加|混)(?:下去)?{_TAIL}"
)
_TIRED_BEFORE = re.compile(rf"{_ASKING}不想(?:再|继续)*(?P<do>(?:待|呆|留)?在?){_NEAR}")
_TIRED_AFTER = re.compile(rf"(?:里面|里头|里)?(?:再)?(?:待|呆|留|玩|混)?(?:下去)?了{_TAIL}")
_BACK_BEFORE = re.compile(rf"{_ASKING}{_PLEASE}{_GIVE_UP}(?:我)?(?:的|对)?{_NEAR}")
_BACK_AFTER = re.compile(
    rf"的?(?:申请|报名)(?:我)?(?:想|要|帮我|给我|能不能|可以|请|先)*(?P<up>{_GIVE_UP})?(?:一下)?{_TAIL}"
)


# Words that mean something else before a name that is no name of a circle by itself: who wants to
# 加咖啡 or 退咖啡 has not asked for the circle 咖啡.
_LOOSE = frozenset({None, "", "加", "入", "报", "申请", "退", "退了", "退掉"})


class Wants(NamedTuple):
    """Which circle is meant; ``leaves``: he wants out of it, or his application back."""

    circle: str
    leaves: bool


@dataclass(frozen=True, slots=True)
class Porter:
    """The names of the circles, the longest first, ready to be heard."""

    names: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, doors: Iterable[Door]) -> Porter:
        """Each circle by its title, and by its title with another word for circle behind it."""
        found = ((name, door.id) for door in doors for name in _names(door.title))
        return cls(tuple(sorted(found, key=lambda one: (-len(one[0]), one))))

    def hear(self, text: str) -> Wants | None:
        """The wish in one text, or None."""
        key = normalise(text[: 4 * LENGTH_MAX])
        if len(key) > LENGTH_MAX:
            return None
        for name, circle in self.names:
            before, found, after = key.partition(name)
            if found:
                said = _Said(before, after, name.endswith(("圈", "圈子")))
                leaves = said.leaves
                return Wants(circle, leaves) if leaves or said.enters else None
        return None


def _names(title: str) -> set[str]:
    whole = normalise(title)
    stem = _STEM.fullmatch(whole)
    root = stem[1] if stem else whole
    more = {f"{root}{end}" for end in ("小圈子", "圈子", "小圈", "圈")}
    return {name for name in ({whole} | more) if len(name) > 1}


class _Said(NamedTuple):
    """What stands around a name; ``plain``: the name itself says that it is a circle's."""

    before: str
    after: str
    plain: bool

    @property
    def enters(self) -> bool:
        if re.fullmatch(_TAIL, self.after):
            found = _ENTER_BEFORE.fullmatch(self.before)
            if self._firmly(found) and found and not _OTHERS.search(found["lead"] or ""):
                return True
            if self._firmly(_ENTER_BARE.fullmatch(self.before)):
                return True
        return self._asking and self._firmly(_ENTER_AFTER.fullmatch(self.after))

    @property
    def leaves(self) -> bool:
        if re.fullmatch(_TAIL, self.after) and self._firmly(_LEAVE_BEFORE.fullmatch(self.before)):
            return True
        if _TIRED_AFTER.fullmatch(self.after) and self._firmly(
            _TIRED_BEFORE.fullmatch(self.before)
        ):
            return True
        if self._asking and self._firmly(_LEAVE_AFTER.fullmatch(self.after)):
            return True
        back = _BACK_AFTER.fullmatch(self.after)
        if back is None:
            return False
        return bool(_BACK_BEFORE.fullmatch(self.before) or (back["up"] and self._asking))

    @property
    def _asking(self) -> bool:
        return bool(re.fullmatch(_ASKING, self.before))

    def _firmly(self, found: re.Match[str] | None) -> bool:
        return found is not None and (self.plain or found["do"] not in _LOOSE)
