"""How a rehearsal is told to people: names of columns, reasons and quotas."""

from __future__ import annotations

from collections.abc import Mapping

from bot.studio.mix import FEEDS, GENRE_NAMES

COLUMNS: Mapping[str, str] = {
    "added": "新好友", "deleted": "删除", "inbound": "来信", "complaints": "投诉", "opt_out": "退订",
    "bought": "下单", "took_part": "参加", "reply": "人设回复", "staff": "同事回复", "welcome": "欢迎", "care": "关怀",
    "promo": "推广", "activity": "活动", "group_post": "群内容", "moment": "朋友圈", "refused": "被拦下",
    "tasks": "新任务", "taps": "点发",
}  # fmt: skip
# Reasons: the governor's codes, then what else keeps something back.
REASONS: Mapping[str, str] = {
    "opted_out": "客人已退订", "fewer": "客人要求少发", "consent": "授权已撤回",
    "persona_dates": "人设不在有效期", "content_dates": "内容不在有效期", "content_withheld": "内容停用",
    "care_link": "关心里带了商品链接",
    "blackout": "静默日", "quiet_hours": "夜间不打扰", "quota_month": "本月群发额度用完",
    "moment_quota": "朋友圈条数用完", "rate": "通道限速", "cap_day": "超过每日上限",
    "cap_week": "超过每周上限", "cap_month": "超过每月上限", "trust": "新朋友，还没到能推广的时候",
    "open_question": "客人的问题还没回答", "open_complaint": "投诉还没了结", "handed_off": "正由同事接待",
    "mood": "客人情绪不好", "ratio": "服务还不够，先别推广", "share": "带货占比到顶",
    "spacing": "带货内容太密", "unreachable": "联系不上", "duplicate": "已经收到过", "holdout": "对照组",
    "unless: replied": "客人已经回话，不用再跟", "unless: bought": "客人已经下单", "unless: promo": "刚收到过推广",
    "unless: dear": "他在看贵重的东西，先讲清楚，不推销",
    "unless: opted_out": "客人已退订", "nobody is left in the pool": "名单上没有人了",
    "the flow has ended for this member": "流程已经结束", "nobody tapped in time": "没人点发，过期了", "too late": "来不及，过期了",
    "not valid on": "内容不在有效期", "a person has answered": "同事已经回复",
    "it was closed too long ago": "会话结束太久，不再问评价",
    "the member was asked not long ago": "不久前刚问过评价",
    "the member went on talking": "客人还在聊，不问评价",
    "the 48 h of the kf window are over": "客服窗口已过 48 小时",
    "the last message of the kf window is kept for an answer": "客服窗口最后一条留给回答",
    "the rest of the kf window is left for answers": "客服窗口余下的留给回答",
    "no flow begins with it": "没有由它开始的流程",
    "colleague 接手": "同事接手，人设没说完的收回",
    "the member opted out of promotion": "客人已退订",
    "above the platform's monthly cap": "平台的每月群发额度用完",
    "not a friend of this account any more": "已经不是好友",
    "nothing is announced": "这一场没有要预告的话",
    "nobody to post to": "没有能发的群或账号",
}  # fmt: skip
# Reasons that name words of a flow behind them.
BEGIN: Mapping[str, str] = {"answer: nothing like ": "只发给说到这些的客人：",
                            "unless: wrote:": "客人已经说到："}  # fmt: skip
QUOTAS: Mapping[str, str] = {"moments a day": "每天朋友圈", "moments a month": "每月朋友圈",
                             "posts a day": "每天群内容"}  # fmt: skip


def reason(code: str) -> str:
    """A reason in words; what has none, as it stands."""
    for begin, words in BEGIN.items():
        if code.startswith(begin):
            return words + code.removeprefix(begin)
    return REASONS.get(code, code)


def quota(name: str) -> str:
    """A quota in words."""
    kind, _, whose = name.rpartition(" ")
    return f"每人群发（{whose}）" if kind == "bulk" else f"{QUOTAS[kind]}（{whose}）"


def feed(name: str) -> str:
    """A feed in words."""
    return FEEDS.get(name, name)


def genre(name: str) -> str:
    """A genre in words."""
    return GENRE_NAMES.get(name, "其他")
