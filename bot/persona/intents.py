"""Wishes that every persona must understand, whatever its script says.

"Are you a robot?", "stop sending me things" (or send fewer), "start again", "I want a person".
Patterns over classes of words and learned weights (``learned.py``) judge together: the weights
alone where they are sure, a pattern where they have no strong doubt. A question about the thing
("怎么转人工") counts as the wish, a mere mention of it ("扫地机器人", "别发错了", "人工费") does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from bot.persona.learned import scores
from bot.persona.normalise import normalise

Intent = Literal["opt_out", "fewer", "opt_in", "human", "robot"]

# What does not think, and what does. A tail must follow: "你们是软件公司吗" asks something else.
_BOT = r"(?:(?:客服|智能|聊天|ai)?(?:机器人?|机械人|jqr)(?:客服)?|人机|智能(?:客服|助手|助理|回复|体)?|人工智[能障](?:客服)?|ai(?:客服|助手|助理|回复)?|bot|robot|(?:chat)?gpt|deepseek|豆包|文心一言|通义|大模型|语言模型|程序|系统|自动(?:回复|回答|应答)?|电脑|虚拟(?:人|客服|助手)|数字人|假人|软件|算法)"
_REAL = r"(?:真(?:的|实的|正的)?(?:人(?:客服|工)?|客服)|大?活人|活的|本人|人类|人工(?:客服)?)"
_TAIL = r"(?=吗|么|嘛|吧|啊|呢|呀|哦|不$|对不对|对吧|是不是|还是|或|在|自动|回|答|生成|写|发的|说话|聊|程序|设定|控制|一样|似的|的吗|的吧|的嘛|的$|谢谢|$)"
_YOU = r"(?:你们?|您|妳|对[面方]的?|那[边头]|这[边头]|这个号|客服|屏幕(?:那头|后面|对面|那边|前)的?|(?:[跟和同与]我|在)(?:说话|聊天?|对话|沟通|讲话)的|(?:在线|回复?我?|接待我?|聊天|跟我聊|说话)的|(?:谁|哪位)(?:在)?(?:说话|聊天?|回复?)?|背后|后台|幕后)"
_PERHAPS = r"(?:到底|究竟|其实|真|应该|该不会|不会|难道|莫非|真的|怕|不|根本|实际上?|原来|果然|也|都|全|就|现在|会不会|肯定|一定|怎么|又|说实话)*"
_IS = r"(?:是不是|[是系係]|算|属于|用的是|用的|像|好像)"
_A = r"(?:一个|个|那种|什么|哪家的?|哪个|由|真的|啥|全)*"
_SPEAK = r"(?:聊天?|说话?|对话|回复?|回答|讲话?|沟通|打字|服务|答复?|操作|在线|交流)"

# Kinds of people who can be called, and how one calls them.
_STAFF = r"(?:人工(?!智能|采|做|费|炒|制|揉|种|培|合成|香|色|授|草|湖|养|降|受|晶|林|岛|雪|泪|关节|的|成本)(?:客服|服务|坐席|座席|台)?|真人(?!认证|实拍|秀|cs|真事|验证|还是)(?:客服|服务)?|活人|客服(?!态度|电话|上班|几点|什么时候|说|下班|工资|收费)(?:人员|小姐姐|小哥哥|专员|经理)?|坐席|接线员|话务员|工作人员(?!几点|下班|上班)|专人|人类)"
_CALL = r"(?:转接?到?给?|找到?|叫|换成?|请|喊|呼叫|联系上?|要|接通?入?|给我(?:转|找|接|换|来|叫)?|来|有没有|有|需要|派|安排|要求|申请)"
_BOSS = r"(?:店长|老板|经理|领导|负责人|主管|上级|管事的)"
_COME = r"(?:来(?!拿|取|收|店|装|修|送|安|清|洗|搬|接|家|自)|跟|和|给|回|处理|出来|说|聊|谈|联系|对接|解决|过来|帮(?!我看|忙)|啊$|吧$|呀$|行吗|可以吗|$)"

# What a shop sends unasked, and how one says that it should not.
_ADS = r"(?:广告|推送|群发|推广|推销|促销|营销|活动(?:消息|通知|提醒|信息|推送|短信)|优惠(?:信息|消息|短信)|垃圾(?:消息|信息|短信)|骚扰|订阅)"
_NO = r"(?:不要|别|不用|不必|不许|不准|不需要|不希望|不想|请勿|勿|莫|甭|不可以|能不能不|可不可以不|可以不|能不|停止)"
_AGAIN = r"(?:再|总|老是?|总是|一直|天天|每天|整天|继续|来|随便|这样|你们|让你们|(?:给|向|跟|对|往)我(?:这)?|被)*"
_THINGS = r"(?:这|那)?(?:些|种|个)?(?:促销|营销|推广|活动|优惠|垃圾|什么)?(?:广告|消息|短信|信息|推送|活动|优惠|微信|东西|促销|推广|链接)"

_PATTERNS: Mapping[Intent, tuple[str, ...]] = {
    "opt_out": (
        r"^(?:请?回复?)?(?:t|td|tui|tuiding|退订|退定|退td|别发了?|别推了?|停发?|停止|拒收|勿扰|请?勿打扰|免打扰|取消关注|stop)(?:谢谢|了|吧|啊|一下|行吗)*$",
        r"(?<!酒店)(?<!机票)(?<!房间)(?<!车票)(?<!门票)(?<!业务)(?<!套餐)(?<!流量)(?<!课程)(?<!会员)(?<!业务如何)(?<!业务怎么)(?<!取消)退[订定](?!单|茶|酒店|机票|房|货|会员|收费|套餐|业务|流量|宽带|票|课|彩铃|要|多少|费|服务|一间|政策)",
        rf"{_NO}{_AGAIN}(?:群发|推送|推销|推广|骚扰|轰炸|打扰|烦我|发送?(?:$|了|吗|吧|给我|过来|行|信息|{_THINGS})|推(?:$|了|给我|{_THINGS})|[传寄]{_THINGS}|联系我(?:了|$))",
        rf"(?:取消|关闭|关掉|关了|停掉|停止|终止|退掉|退一下|退了|不要|不想要?|不需要|不愿意?|拒绝|拒收|屏蔽|不接受|不看|不收|不订)(?:任何|你们?的?|这些|这种|此类|所有|一切|店里的?|我的|再|接收|收到?|看到?|发送?|消息)*{_ADS}(?!电话|服务|号)",
        r"(?:不想|不愿意?|不希望|不需要)(?:再)?(?:收到?|接收|看到?|被)?(?:你们?的?|这些|这种|任何|此类)*(?:消息|活动|信息|打扰|骚扰)(?:信息|消息)?(?:了|$)",
        rf"(?:{_ADS}|促销消息|(?:这些|这种|你们的)消息)(?:怎么|如何|在哪|我|能不能|可以|太多了?|太烦了?|好烦|烦死了?|都|给我|请|麻烦|能|也)*(?:停|关|关了|关掉|关闭|取消|退了|退掉|别|不要|不想|不看|不需要)(?:一下|掉|了|吧|吗|再|发|推|给|行|看|要|收|$)",
        r"(?:把|将)我(?:的?号码?|的?联系方式)?(?:从.{0,8})?(?:移出|移除|拉出|踢出|删掉|删除|去掉|剔除)|把我.{0,3}(?:移出|拉出|踢出).{0,4}(?:名单|列表)|^请?(?:移除|删除)我(?:的联系方式)?|删除我的联系方式|我不订阅|取消我的订阅",
        r"(?:以后|今后|往后|活动|广告|消息).{0,8}(?:别|不要|不用|不必)再?(?:通知|告诉|提醒|联系|发给?|推给?)我?(?:了|$)|(?:别|不要|不用|不必)再(?:通知|提醒|联系|告诉)我?了?$",
        rf"(?:不再|才能不|如何不|怎么不|能不能不|可以不)(?:再)?(?:收到?|接收|看到?)(?:你们?的?|这些|这种|任何)*(?:{_ADS}|消息|信息|活动|$|了)|^(?:请|怎么|麻烦|帮我)*(?:取消|关闭|关掉)(?:消息|活动|所有)?(?:通知|提醒)$|(?:老是?|总是?|天天|一直|整天|每天)(?:给我)?发(?:广告|推销)",
        r"再(?:来|给我)?(?:[发推传寄]|骚扰|打扰)(?:广告|消息|推送|一[条次个])?.{0,4}(?:拉黑|举报|检举|投诉|删|封锁|报警|屏蔽)|(?:天天|老是|一直|总是|每天)(?:给我)?[发推].{0,5}(?:烦|骚扰)|(?:别|不要|不想)再?(?:被)?(?:烦我|骚扰|打扰)|别发$",
        r"回复?(?:td?|退订)$|unsubscribe|stop(?:sending|messag|text|ads|spam|promot)|no(?:more)?(?:message|ads|promotion|spam)|optout|removeme",
    ),
    "opt_in": (
        r"(?:恢复|重新|重启|再次|打开|开启)(?:给我|一下|接收)*(?:订阅|推送|接收(?:活动|消息|推送)|关注|发(?:活动|优惠|消息|推送))(?!设置|失败|不了)|取消退订",
        r"(?:继续|又想|还想|(?<!不)想继续|可以再|可以继续|(?<!不)想再)(?:给我)?(?:收到?|发|推|接收)(?:点|些|你们的?)*(?:活动|优惠|推送|消息|广告)(?:消息|信息|通知)?(?:了|吧|啦|呀)*$",
    ),
    "robot": (
        rf"{_YOU}{_PERHAPS}{_IS}(?:不是)?{_A}(?:{_BOT}|{_REAL}){_TAIL}",
        rf"{_YOU}{_PERHAPS}(?:是不?是?|不是)(?:个|一个)?人(?:吗|么|嘛|不|啊|吧|是鬼|是机|还是|$)|人是(?:鬼|机器|ai)",
        rf"{_YOU}.{{0,3}}(?:有没有|有)(?:真人|活人|人(?=吗|在))(?:在)?(?:吗|操作|{_SPEAK}|$)",
        rf"^(?:请问|这|这个|刚才那个|难道|该不会|不会|确定|都)*(?:是不是|是)?(?:一个|个)?(?:{_BOT}|{_REAL}|人)(?:在)?(?:给我|跟我|和我)?{_SPEAK}(?:我|的)?(?:吗|么|吧|嘛|啊|呀)$|^(?:请问|这|这边|那|那边)*(?:是不是|是)?(?:机器人|jqr|真人|活人|ai|自动回复)(?:客服)?(?:吗|么|吧|嘛|啊)?$|^(?:是不是|都是|全是|是)(?:机器人?|ai|程序|系统).{{0,2}}{_SPEAK}我?",
        rf"(?:真的?人|活人|本人|人类|人工|[是系]人)(?:客服|服务|回复|在线|在|吗|的){{0,3}}(?:还是|或者?)(?:是|个|一个|全是?|都是)*{_BOT}{_TAIL}|{_BOT}(?:吗|嘛|在回)?(?:还是|或者?)(?:是|个)*(?:真人|人工(?!做|采|炒)|人类|活人|人(?=$|吗|啊|呢))",
        rf"(?:在|是)[跟和与同](?:一个|个)?(?:{_BOT}|{_REAL}|人)(?:在)?{_SPEAK}",
        rf"(?:感觉|觉得|好像|像是|我看)(?:{_YOU})?(?:好像|就|像|怎么|是|个)*{_BOT}{_TAIL}|{_YOU}{_PERHAPS}(?:不是|不像)(?:个)?(?:真|活)?人(?=吗|吧|啊|$)|(?:这么快|秒回|回复).{{0,4}}机器人(?:吧|啊|吗)?$",
        rf"{_YOU}(?:都|是不是|不会是|就是|是)*用(?:的)?{_BOT}(?:在|来|给我)*(?:回|答|聊|自动)|^{_BOT}(?:吧|吗|啊|么)(?:你|您)",
        rf"证明(?:一下|下)?(?:你|您)?(?:自己)?(?:不是|是)(?:个)?(?:{_BOT}|{_REAL}|人)",
        rf"(?:话|回复|消息|答案|内容|回答)(?:都|全)?(?:是不是|是)(?:用|由)?(?:(?:{_BOT}|{_REAL})(?:写|生成|发|回|编|打)|自动(?:的|生成|回|发)|预设|套话|模板)",
        r"(?:are|r)(?:you|u)(?:a|an)?(?:real|human|bot|robot|ai|machine|person|chatbot|gpt)|(?:you|u)(?:are|r)(?:a|an)?(?:bot|robot|ai|machine|human)|isthisa?(?:bot|robot|human|ai)",
    ),
    "human": (
        rf"^(?:我|要|想|需要|请|麻烦|给我|帮我|直接|快|赶紧|只要|转接?|找|接|换|叫|来|一下|个|一个|位|到|你们的?|怎么|能不能|可以)*(?:{_STAFF})+(?:在吗|在不在|呢|有吗|谢谢|吧|啊|在么|人?呢|上线了吗|在哪里?|怎么找|在线吗|快来|处理|帮忙|帮我|行吗|可以吗)*$",
        rf"{_CALL}(?:一下|下|个|一个|位|一位|你们?的?|您?们的?|到|我)*{_STAFF}(?!店|端|号码|微信群)",
        r"转人工|zrg|rengong|^在线客服|(?:给|跟|和|找)真人|^(?:可以|能|能不能|可否|可不可以)人工(?!智能|费)|你们.{0,2}(?:老板|领导|经理|店长|主管)呢$|zhuanren|^rg$|[接切]人工|切换?到?人工|^(?:人工|真人)(?:客服|服务|坐席|帮|处理|介入|接待|回复|来|在|呢|吧|$)",
        rf"(?:要|想|可以|能|可不可以|只|需要|我)(?:直接|语音)?[跟和与同找见](?:一个|个|位|你们?的?)*(?:真人|活人|人工|人类|客服|工作人员|店员|人|{_BOSS})(?:说|聊|谈|讲|沟通|对话|通话|交流|反映|联系|$|了|吧|吗)|[跟和]人工.{{0,2}}[讲说聊]",
        rf"(?:让|叫|找|请|喊|换|派|来|安排)(?:一下|下|你们?的?|那个|你)*(?:一个|个|位|名)?(?:能.{{0,6}}的)?(?:人|真人|活人|同事|店员|专人|专员|客服|{_BOSS}){_COME}|^.{{0,4}}(?:找|见)(?:你们?的?){_BOSS}|我要见.{{0,3}}{_BOSS}",
        r"^(?:人|客服人?|人工)呢$|^(?:麻烦|快)?来个?人(?:啊|吧|呀|呢)?$|^换人$|转给?(?:你们?的?)?(?:同事|领导|经理|店长|老板)",
        r"(?:不想|不要|别|我不|不)(?:再)?[跟和同让]?(?:你|您)?(?:这个|这种)?(?:机器人?|ai|人工智能)(?:聊|说|对话|讲|回复?|了|来|跟|服务|$)|机器人(?:走开|滚|闭嘴|下线)",
        r"(?:没有|没|有没有)(?:人|活人|真人)(?:管|处理|负责|接待|能?说话|来回)|(?:让|找|安排|派)(?:个)?(?:专)?人.{0,3}(?:回个?电话|联系我|对接|给我回|打给我)",
        r"(?:talk|speak|chat|connect)(?:me)?(?:to|with)(?:a|an)?(?:real|live)?(?:human|person|agent|someone|operator|representative)|(?:human|live|real)(?:agent|person|support|please)|^(?:human|agent|operator)(?:please)?$|(?:want|need)(?:a|to)?\w{0,8}(?:human|agent|person)",
    ),
}  # fmt: skip
_FEWER = re.compile(
    r"(?:少|别|不要)(?:再|给我)*(?:群发|推送|发|推|来)(?:得|的)?(?:一点|一些|点|些|几条|(?:那么|这么|太)(?:多|勤|频繁|密)(?:广告|消息|信息|推送)?)(?!货|件|红|绿|辣|盐|糖|米|水|钱)"
    r"|(?:广告|消息|推送|群发|通知)(?:能不能|可以|请|太多了|有点多)*(?:少一?[点些]|少来[点些]?|少发[点些]?|(?:别|不要)(?:发得?)?(?:太|那么|这么)(?:频繁|多|勤|密))"
    r"|发(?:得|的)太(?:频繁|多|勤|密)了?(?:能不能|可以|能)?少[一来发]?[点些]|(?:一周|每周|一个?月|每月|半个?月)[发推]一[次条](?:就|够|行|好)"
)
_NOT: Mapping[Intent, str] = {
    "opt_out": r"别发(?:错|货|快递|顺丰|圆通|韵达|中通|申通|邮政|漏|太|到付|红|绿)|(?:错过|漏了)活动|(?:打扰|骚扰)(?:电话|短信)怎么",
    "opt_in": r"(?:不|别)(?:再)?(?:给我)?(?:想|要|发)",
    "robot": r"人工(?:采|做|费|炒|制|揉|种|养)|机器(?:采|做|炒|制|揉|洗|点)",
    "human": r"(?!x)x",
}
_ORDER: tuple[Intent, ...] = ("opt_out", "fewer", "opt_in", "human", "robot")
_PROMOTION = ("opt_out", "fewer", "opt_in")
_COMPILED = {intent: re.compile("|".join(found)) for intent, found in _PATTERNS.items()}
_EXCEPT = {intent: re.compile(_NOT[intent]) for intent in _PATTERNS}
_WHOLE = re.compile(_PATTERNS["opt_out"][0])  # nothing but the word: no weight is asked
LENGTH_MAX = 60
# Learned scores from which a wish is heard without a pattern, and below which a pattern is wrong.
SURE: Mapping[Intent, float] = {
    "opt_out": 0.0, "fewer": 0.2, "opt_in": 0.2, "human": 0.2, "robot": -0.3,
}  # fmt: skip
DOUBT: Mapping[Intent, float] = {
    "opt_out": -1.5, "fewer": -1.2, "opt_in": -1.2, "human": -1.2, "robot": -1.2,
}  # fmt: skip
# Near misses that neither patterns nor weights tell: something stopped; somebody came; we are all human; a machine.
_NEVER = re.compile(r"停了吧|来人了|你是人我也?是人|这是自动的吗|stop键.*")


# Many ask in the same words, and each text is read more than once.
@lru_cache(maxsize=4_096)
def intents(text: str) -> tuple[Intent, ...]:
    """The wishes found in ``text``, the most binding first; long stories hold none."""
    key = normalise(text[:400])
    if not key or len(key) > LENGTH_MAX or _NEVER.fullmatch(key):
        return ()
    if _WHOLE.fullmatch(key):
        return ("opt_out",)
    odds, said = scores(text[:400]), _by_pattern(key)
    heard = [wish for wish in _ORDER if odds[wish] > (DOUBT[wish] if wish in said else SURE[wish])]
    about = [wish for wish in heard if wish in _PROMOTION]
    rest = [wish for wish in heard if wish not in _PROMOTION]
    # 不是要退订，就是少发点: of several wishes about promotion the likeliest one is meant.
    about = about and [max(about, key=odds.__getitem__)]
    return tuple(about + sorted(rest, key=lambda wish: (wish not in said, -odds[wish])))


def _by_pattern(key: str) -> frozenset[Intent]:
    rest = _FEWER.sub("", key)
    found = {i for i in _COMPILED if _COMPILED[i].search(rest) and not _EXCEPT[i].search(rest)}
    return frozenset(found | {"fewer"} if rest != key and "opt_out" not in found else found)
