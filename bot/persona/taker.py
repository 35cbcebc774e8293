"""Who takes part in something, or asks what he has: heard only where little else is said. Pure.

An activity is called by its own words (content/activities), alone or with what is handed in behind a
space or a mark (打卡 今天喝了白茶). What is asked about it (打卡在哪里), denied or told of somebody else is
no wish to take part, and neither is a word that stands in the middle of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.core.folding import fold
from bot.core.taking import TEXT_MAX, Asked, Do, Offered, Programme, Wish
from bot.persona import control
from bot.persona.normalise import normalise
from bot.persona.quizzing import answers_of, chosen

SHORT = 30  # characters of a wish without anything behind it
TICKET = "春夏秋冬风雨山水花竹松月茶杯壶盏"
SIGNS = frozenset({"draw", "register", "help", "groupbuy"})
_CHECKIN = "checkin"
_LEAD = r"(?:我|今天|今日|现在|这就|来|要|想|去|也|先|再|又|早上|晚上|早|参加|报名|报个?|帮我)*"
_TAIL = (
    r"(?:了|啦|咯|喽|吧|哈|呀|哦|喔|啊|一下|一个|一次|成功|完成|来了|第\d{1,4}天|day\d{1,4}|谢谢)*"
)
_MARKS = r"[\s,，:：、。;；!！~～—\-+#|·]"
_OPEN, _SHUT = r"[\s#@【「『“\"(（《]*", r"[】」』”\")）》]*"
# Behind the word of an activity: a remark about it, nothing that is handed in.
_ABOUT = re.compile(
    r"(?:了)?(?:断|忘|漏|没|不|别|怎|咋|为|失败|错|规则|规矩|在哪|多少|几|有|送|给|能|可以|积分|奖|时间|记录|天数|活动|群|链接|截止)"
)
_ABOUT_MAX = 10
_CHOICE = r"(?:选|投给?|投票|给)?第?(?P<choice>\d{1,2}|[a-h])(?:号|个|项|张|位|票)?"
_VERBS: tuple[tuple[Do, str], ...] = (
    ("check_in", rf"{_LEAD}(?:打卡|签到|打个卡|签个到){_TAIL}"),
    ("sign_up", r"(?:我|我要|我来|来)?(?:报名|报个名)(?:吧|啦|了|一下)?"),
    ("vote", rf"(?:我|我要|来)?(?:投票|投个票)(?:吧|啦|了|一下)?|(?:我|我要|来)?投(?:票)?(?:给)?{_CHOICE}"),
    ("vote", rf"(?:我|我要|来)?投(?:票)?(?:给)?(?P<ticket>[{TICKET}]{{4,16}})"),
    ("help", rf"(?:来|帮|我来|帮忙|给)?(?:助力|参团|拼团|跟团)(?:一下)?(?P<ticket>[{TICKET}]{{4,16}})(?:助力)?"),
    ("team", r"(?:我|我要|来)?(?:组队|入队|加入战队)(?:吧|啦|了|一下)?"),
)  # fmt: skip
_MY = r"(?:请问|查|查询|查看|看|看看|看下|看一下|查一下|帮我查|帮我看|我想看|我想查)?(?:一下|下)?"
_OWN: tuple[tuple[Do, str], ...] = (
    ("points", rf"{_MY}我的?(?:茶友|会员)?积分(?:余额|明细|情况)?(?:有|是|还有|还剩)?(?:多少)?(?:了|啦)?|"
               r"(?:查|查询|查下|查一下|看一下|看下)(?:一下)?积分|积分(?:查询|余额)|"
               r"我(?:现在|一共|总共|还)?(?:有|攒了|剩)?多少(?:积分|分)(?:了|啦)?"),
    ("level", rf"{_MY}我的?(?:会员|茶友)?等级(?:是)?(?:什么|多少|几级)?(?:了|啦)?|"
              r"我(?:现在|目前)?(?:是|在|到)?(?:什么|几|哪个)(?:等级|级|级别)(?:了|啦)?"),
    ("badges", rf"{_MY}我的?(?:勋章|徽章|奖章)(?:有哪些|有什么|有几个)?|我有(?:什么|哪些|几个)(?:勋章|徽章)"),
    ("codename", rf"{_MY}我的?(?:茶友)?代号(?:是|叫)?(?:什么|啥)?|我(?:叫|是)(?:什么|哪个)代号"),
    ("rights", rf"{_MY}(?:我有什么(?:权益|福利|奖励|奖品)?(?:可以领|能领)?|我的?(?:权益|奖品|奖励|福利)|"
               r"我(?:能|可以)(?:领|换|兑换)(?:什么|哪些|啥)(?:东西)?)"),
    ("activities", r"(?:最近|现在|今天|这周|圈里|有|都|还|看看|查看|你们)*(?:什么|哪些|啥)?"
                   r"活动(?:有哪些|有什么|列表|可以参加|能参加|安排)?|有(?:什么|哪些|啥)活动(?:可以|能)?(?:参加|玩)?"),
    ("seed_yes", r"(?:好的?|行)?(?:我)?(?:愿意|可以|想)(?:当|做)(?:这个)?种子(?:用户)?"),
    ("seed_no", r"(?:我)?(?:先|就|还是)?(?:不当|不做|不想当|不愿意当)(?:这个)?种子(?:用户)?(?:了)?|先不当(?:了)?"),
    ("missions", rf"{_MY}我的?任务|(?:我)?(?:现在)?(?:有|有没有)(?:什么|哪些)?任务(?:可以接|能接)"),
    ("home", rf"{_MY}(?:打开)?我的?(?:主页|个人主页|会员页|页面)|个人主页"),
)  # fmt: skip
_END = r"(?:吗|呢|呀|啊|哦|吧|谢谢)?"
_RENAME = re.compile(
    r"^(?:我的?)?(?:茶友)?代号(?:改成|改为|换成|换为|就叫|叫|用|选|改|换|定)?[\s:：,，「“\"]*(?P<name>[^\s:：,，。「」“”\"]{1,12})[」”\"]?[。!！]?$"
    r"|^(?:我要|我想|我就)(?:叫|用|选)(?P<also>[^\s]{1,12}?)(?:这个)?(?:当|做)?(?:我的)?代号[。!！]?$"
)
_CLAIM = re.compile(
    r"(?:我要|我想|帮我)?(?:领取|兑换|领|换)(?:一下|一个|一支|一份)?(?P<what>.{2,20})"
)
_TEAM = re.compile(
    rf"^(?:我要|我|来)?(?:组队|入队|加入战队|战队){_MARKS}+(?P<name>[^\n?？]{{1,40}})$"
)
_VOTE = re.compile(rf"^(?:我要|我|来)?投票?(?:给)?{_MARKS}+(?P<choice>[^\n?？]{{1,60}})$")


@dataclass(frozen=True, slots=True)
class Taker:
    """What can be heard, ready to be tested."""

    programme: Programme = field(default_factory=Programme)
    names: Mapping[str, Offered] = field(default_factory=dict)
    whole: re.Pattern[str] | None = None
    before: re.Pattern[str] | None = None
    verbs: tuple[tuple[Do, re.Pattern[str]], ...] = ()

    @classmethod
    def of(cls, programme: Programme) -> Taker:
        """Each activity by its words and its title; of two with the same word the first."""
        names: dict[str, Offered] = {}
        for one in programme.activities:
            for word in (*one.words, one.title):
                if key := normalise(word):
                    names.setdefault(key, one)
        return cls(programme, names, *_named(names, programme.activities), _verbs(programme))

    @property
    def deaf(self) -> bool:
        """True where nothing can be taken part in."""
        return not self.verbs and self.whole is None

    def hear(self, text: str, asked: Asked | None = None) -> Wish | None:
        """The wish in one text, or None."""
        if self.deaf or len(text) > TEXT_MAX:
            return None
        key = normalise(text) if len(text) <= 2 * SHORT else ""
        if asked is not None and key and (wish := _answered(text, key, asked)):
            return wish
        if 0 < len(key) <= SHORT and (wish := self._whole(key) or self._own(text, key)):
            return wish
        return self._behind(text)

    def _whole(self, key: str) -> Wish | None:
        found = self.whole.fullmatch(key) if self.whole else None
        if found:
            one, rest = self.names[found["name"]], found["rest"] or ""
            if not rest or one.kind in ("quiz", "vote", "contest", "cocreate"):
                return Wish(do="join", activity=one.id, words=chosen(rest) if rest else "")
        for do, pattern in self.verbs:
            if found := pattern.fullmatch(key):
                groups = found.groupdict()
                words = groups.get("choice") or groups.get("ticket") or ""
                return Wish(do=do, words=chosen(words))
        return None

    def _behind(self, text: str) -> Wish | None:
        """The name of an activity, and what is handed in behind it; or a team, or a choice."""
        said = fold(text).strip()
        for do, pattern in (("team", _TEAM), ("vote", _VOTE)):
            found = pattern.match(said)
            if found and any(do == verb for verb, _ in self.verbs) and not control.asks(said):
                return Wish(do=do, words=found[1].strip())  # type: ignore[arg-type]
        found = self.before.match(said) if self.before else None
        if found is None:
            return None
        rest, one = found["rest"].strip(), self.names.get(normalise(found["name"]))
        if one is None or not rest or control.asks(rest):
            return None
        if len(normalise(rest)) <= _ABOUT_MAX and _ABOUT.match(normalise(rest)):
            return None
        return Wish(do="join", activity=one.id, words=rest)

    def _own(self, text: str, key: str) -> Wish | None:
        if not self.programme.rules:
            return None
        if claimed := self._claimed(key):
            return claimed
        for do, pattern in _MINE:
            if pattern.fullmatch(key):
                return Wish(do=do)
        found = _RENAME.match(fold(text).strip())
        name = (found["name"] or found["also"] or "") if found else ""
        known = name in self.programme.names
        if name and not control.asks(name) and (known or _apart(text)):
            return Wish(do="rename", words=name)
        return None

    def _claimed(self, key: str) -> Wish | None:
        """A right by its title, or by a part of it that only one has."""
        found = _CLAIM.fullmatch(key)
        what = found["what"] if found else ""
        fits = [one for one in self.programme.rights
                if what and (what in normalise(one[2]) or what == one[1])]  # fmt: skip
        if len(fits) != 1 or (what != normalise(fits[0][2]) and len(what) < 3):
            return None
        return Wish(do="claim", activity=fits[0][0], words=fits[0][1])


_MINE: tuple[tuple[Do, re.Pattern[str]], ...] = tuple(
    (do, re.compile(rf"(?:{pattern}){_END}")) for do, pattern in _OWN
)
_APART = re.compile(r"代号[\s:：]+\S|代号(?:改成|改为|换成|换为|就叫)|(?:当|做)(?:我的)?代号")


def _apart(text: str) -> bool:
    return bool(_APART.search(text))


def _named(
    names: Mapping[str, Offered], activities: Iterable[Offered]
) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Patterns of the names, over normalised text, and over text as it is with more behind."""
    if not names:
        return None, None
    keys = "|".join(re.escape(one) for one in sorted(names, key=lambda one: (-len(one), one)))
    raw = {fold(word).strip() for one in activities for word in (*one.words, one.title)} - {""}
    said = "|".join(re.escape(one) for one in sorted(raw, key=lambda one: (-len(one), one)))
    whole = rf"{_LEAD}(?P<name>{keys}){_TAIL}(?P<rest>{_CHOICE.replace('choice', 'chosen')}|(?:\d{{0,2}}[a-h])+|[1-8]{{2,8}})?"
    before = rf"^{_OPEN}(?:我|来|我来|我要)?(?P<name>{said}){_SHUT}{_MARKS}+{_SHUT}(?P<rest>.+)$"
    return re.compile(whole), re.compile(before, re.DOTALL | re.IGNORECASE)


def _verbs(programme: Programme) -> tuple[tuple[Do, re.Pattern[str]], ...]:
    """Words for which there is an activity that they can mean."""
    kinds = {one.kind for one in programme.activities}
    there: Mapping[str, bool] = {
        "check_in": _CHECKIN in kinds, "sign_up": bool(kinds & SIGNS), "team": "team" in kinds,
        "vote": bool(kinds & {"vote", "contest", "cocreate"}),
        "help": bool(kinds & {"help", "groupbuy"}),
    }  # fmt: skip
    return tuple((do, re.compile(pattern)) for do, pattern in _VERBS if there[do])


def _answered(text: str, key: str, asked: Asked) -> Wish | None:
    """A bare answer to what was asked last."""
    made = Wish(do="join", activity=asked.activity, run=asked.run)
    if control.cancels(text):
        return replace(made, do="cancel")
    if asked.ask == "quiz":
        given = answers_of(key, asked.options, asked.answers)
        return replace(made, do="answer", answers=given) if given else None
    if asked.ask == "vote":
        found = re.fullmatch(rf"(?:我)?{_CHOICE}(?:吧)?", key)
        options = {normalise(one): str(n) for n, one in enumerate(asked.options[0], 1)} if (
            asked.options) else {}  # fmt: skip
        choice = chosen(found["choice"]) if found else options.get(key, "")
        return replace(made, do="vote", words=choice) if choice else None
    if asked.ask == "agree" and len(key) <= 6 and control.agrees(text) is not None:
        agrees = control.agrees(text)
        return replace(made, do="agree" if agrees else "cancel", words=asked.text if agrees else "",
                       media=asked.media if agrees else ())  # fmt: skip
    return None
