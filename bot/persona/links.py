"""Links in a text and whether they may stand there; other ways out of the brand's own channels.

Tencent forbids leading customers to other accounts, and a stranger's account cannot be answered
for: "加我微信", group numbers and "扫码" are drains whatever the number behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_TLD = (
    "com|cn|net|org|gov|edu|top|xyz|info|vip|shop|store|site|cc|co|io|me|app|link|club|ltd|biz|tv|ru|hk|tw|us|uk|jp|kr|"
    "online|pro|wang|ren|work|fun|icu|live|win|ink|ly|cf|ml|tk|gg|ai|dev|page|cloud|asia|mobi|love|gl|im|example|so|nu|su|news|tools|wiki|games|game|family|space|run|video|show|shopping|center|group|team|world|today|life|plus|host|website|tech|design|studio|email|chat|art|tea|market|sale|deals|buy|bio|fm|be|gs|st|la|id|sh|ws|bz|in|de|fr|eu|公司|网络|中国|商城|网址"
)
_DOT = "(?:[.。．]|\\s?[\\(\\[【](?:点|dot|\\.)[\\)\\]】]\\s?|(?<=[a-z0-9])点(?=[a-z]))"
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}:\s?//)(?P<full>[^\s<>\"'，。！？；、（）【】《》一-鿿]+)"
    rf"|(?<![a-z0-9@.-])(?P<bare>(?:[a-z0-9-]{{1,63}}{_DOT}){{1,4}}(?:{_TLD}))(?![a-z0-9-])(?:[/?#][^\s一-鿿]*)?"
    r"|(?<![a-z0-9@.-])(?P<path>(?:[a-z0-9-]{2,63}[.。]){1,4}[a-z]{2,13})/[a-z0-9]"
    rf"|(?P<spoken>(?:www|三达不溜|[一-鿿a-z0-9]{{2,12}})\s?(?:点|丶|。|\.)\s?(?:com|cn|net|top|vip|club|shop|xyz|cc|live|网址|中国)(?![a-z0-9一-鿿]))"
    r"|(?<![0-9.])(?P<ip>(?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:[:/][^\s一-鿿]*)?(?![0-9.])"
)
_KINDS = ("full", "bare", "ip", "path", "spoken")
_DOTTED = re.compile(r"\s?[\(\[【](?:点|dot)[\)\]】]\s?|点|[。．]")
_EMAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]{2,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10}")

_WX = r"(?:微\s?信|薇信|徽信|威信|维信|微❤|微芯|v\s?信|v[\s._-]{0,2}x|w[\s._-]{0,2}x|weixin|wechat|绿泡泡|绿色软件|➕?v(?![a-z0-9]))"
_QQ = r"(?:q\s?q|扣扣|企鹅号?|球球|q群|qun)"
_OTHER = r"(?:telegram|电报(?:群|号)?(?!局|机|码|员)|纸飞机|whatsapp|line号|小红书号|抖音号|快手号|微博(?:号|私信)|陌陌|tg群|支付宝(?=号|账|转|加|收)|闲鱼号)"
_ADD = r"(?:加|➕|\+|添加|扫|搜|私|联系|找|关注|咨询|认准|留|给|发|换|转|移步|去|到|上|用|看|走)"
_ME = r"(?:一下|下|个|我|我们|我的|老师|店长|老板|主管|经理|客服|助理|师傅|他|她|这个|那个|另一个|私人|个人|本人|同事|号|的){0,3}"
_DRAIN = re.compile(
    rf"(?:加|➕|\+|添加)\s?{_ME}\s?(?:{_WX}|{_QQ}|{_OTHER}|私聊|私号|大号|小号)"
    rf"|(?:扫|搜){_ME}(?:发的)?\s?(?:{_WX}号?|{_QQ}|下方|二维码|这个码|这个号|码(?!头|表|数))(?!支付)"
    rf"|(?:{_WX}|{_QQ})\s?(?:号码?|群|同号|联系|id)?\s?(?:是|为|[:：=@]|➡️?|→|搜|加)?\s?(?=[a-z0-9_-]{{5,20}}(?![a-z0-9_-]))[a-z0-9_-]*[0-9a-z]"
    rf"|(?:{_ADD}){_ME}\s?(?:{_OTHER})|(?:{_OTHER})(?:里|上)?(?:聊|说|谈|见|发你)|(?:加|➕)[^，。\n]{{0,3}}(?:私人|个人)(?:号|微信|账号)|{_OTHER}\s?(?:找|联系|加)我|{_OTHER}\s?[:：是]\s?[a-z0-9_@-]{{3,}}"
    rf"|(?:加|进|拉你进|拉你到|入)\s?(?:我们?的?)?(?:q\s?q|扣扣|电报|tg|私)\s?[群裙]|[群裙]号\s?[:：是]?\s?[0-9]{{5,12}}"
    r"|(?:私下|线下|站外|场外|不走平台|(?:绕开|绕过|跳过|避开|离开)平台|走私账)(?:交易|转账|付款|付|打款|联系|聊|给你)|(?:直接)?(?:转|打)(?:账|钱|款)?(?:到|给|至)(?:我|个人|私人|这个|下面)(?:的)?(?:卡|账户|账号|户头|支付宝|收款码|微信|个人)?"
    r"|(?:不走|绕开|绕过|跳过|避开|离开)平台|(?:长按|识别|扫描?)(?:一下|下|图中|图片|下图|下面|上面|这个|我的|的){0,3}(?:二维码|收款码|付款码|图中码|小程序码)|加\s?[vq](?![a-z])|[vq](?:我|信|号)\s?[:：]?\s?[a-z0-9_-]{5,}"
    r"|复制(?:这段|本段|这条|整段)?(?:口令|淘口令|文字|消息|话)[^。\n]{0,8}打开|[￥€₤][a-z0-9 ]{8,26}[￥€₤]|[0-9]:/[a-z0-9]{4,}"
)
# "We never ask you to pay privately", "whoever does is not one of us".
_DECLINED = re.compile(
    "(?:不会|不要|不用|不需要|不必|千万别|别|从不|不能|不可以|不|没有|拒绝|禁止|谨防|小心|当心)(?:再|去|让|叫|请|要|您|你|给|用|私下|另外|随便|在外面|任何|轻易|通过|要求|有人|别人){0,4}$"
)
_NOT_OURS = re.compile(
    "[^。！!？?\n]{0,8}(?:不是我们|冒充|别信|别理|是骗|骗子|千万别|要小心|要当心)"
)


def declined(text: str, start: int, end: int) -> bool:
    """True when the words around an invitation warn of it."""
    before = bool(_DECLINED.search(text[max(0, start - 12) : start]))
    return before or bool(_NOT_OURS.match(text[end : end + 16]))


def links(text: str) -> Iterator[tuple[str, int, int]]:
    """(host, start, end) of every link in an undisguised text, with or without a scheme."""
    for found in _LINK.finditer(text):
        host = next(found[kind] for kind in _KINDS if found[kind])
        yield _host(host), found.start(), found.end()
    for mail in _EMAIL.finditer(text):
        yield mail[0].rpartition("@")[2], mail.start(), mail.end()


def drains(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every invitation to another account, group or way of paying."""
    yield from ((found.start(), found.end()) for found in _DRAIN.finditer(text))


def allowed(host: str, domains: Iterable[str]) -> bool:
    """True for a listed domain or one below it."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _host(rest: str) -> str:
    """The host that a browser would open: what stands before a @ is only decoration."""
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    host = authority.rsplit("@", 1)[-1].split(":", 1)[0]
    return _DOTTED.sub(".", host).strip(".")
