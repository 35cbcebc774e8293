"""One person's data as a page that he can read: in Chinese, in one file, without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from bot.core.clock import local
from bot.store import dossier

Row = Mapping[str, Any]
# What stands in a section: the table, its title, and the columns with their names.
SECTIONS: Sequence[tuple[str, str, Mapping[str, str]]] = (
    ("member", "基本资料", {"id": "编号", "name": "昵称", "company": "企业", "zone": "时区",
                        "created_at": "认识的时间"}),
    ("fact", "我们了解到的", {"name": "项目", "value": "内容", "at": "时间"}),
    ("memory", "顾问记住的", {"persona": "顾问", "data": "内容", "changed_at": "时间"}),
    ("need", "您提过的需要", {"word": "需要", "at": "时间"}),
    ("feedback", "您的评价", {"product": "产品", "quote": "原话", "at": "时间"}),
    ("friend", "添加过的账号", {"account": "账号", "remark": "备注", "since": "添加于",
                          "until": "结束于"}),
    ("chat_member", "所在的群", {"chat": "群", "joined_at": "加入于", "left_at": "离开于"}),
    ("purchase", "订单", {"id": "订单号", "at": "时间", "category": "品类",
                       "paid_cents": "实付（元）", "refunded_cents": "退款（元）"}),
    ("member_consent", "您同意过什么", {"purpose": "用途", "given": "是否同意", "at": "时间"}),
    ("consent_record", "作品授权", {"what": "内容", "licence": "范围", "given_at": "时间",
                              "revoked_at": "收回于"}),
    ("rating", "服务评分", {"score": "分数", "words": "留言", "answered_at": "时间"}),
    ("looked_up", "谁查看过您的资料", {"login": "同事", "page": "页面", "day": "日期",
                                "times": "次数"}),
    ("event", "往来记录", {"at": "时间", "kind": "事情", "account": "账号", "place": "对象"}),
)  # fmt: skip
KINDS = {
    "inbound": "您发来消息", "outbound": "我们发出消息", "added": "添加了账号",
    "parted": "不再是好友", "joined": "进群", "left": "退群", "entered": "加入圈层",
    "withdrew": "离开圈层", "applied": "申请入圈",
    "rejected": "申请未通过", "liked": "点赞", "commented": "评论",
    "answered": "我们回复了评论", "clicked": "打开链接", "read": "读了我们的一篇内容",
    "learned": "读到一类产品的内容",
    "ordered": "下单", "refunded": "退款", "called_off": "取消订单", "invited": "受邀而来",
    "shared": "分享", "tagged": "打上标签", "untagged": "去掉标签", "fact": "记下一项资料",
    "unfact": "划掉一项资料", "consented": "同意", "refused": "不同意", "imported": "从文件导入",
    "linked": "关联使用人", "unlinked": "解除关联", "merged": "与另一编号合并",
    "unmerged": "与另一编号分开", "handed": "换了对接的同事", "role": "担任角色",
    "unrole": "卸任角色", "checked": "打卡", "signed": "报名活动", "submitted": "交了一份作品",
    "voted": "投票", "helped": "帮助别人", "teamed": "加入队伍", "judged": "作品有了结果",
    "struck": "一件事不再计入", "pointed": "更正积分", "honoured": "得到徽章",
    "unhonoured": "收回徽章", "named": "取了圈里的名字", "faded": "积分减少",
    "won": "活动里得了名次", "granted": "得到奖励",
    "clawed": "收回奖励或权益", "claimed": "领取权益", "seed": "种子用户", "mission": "体验任务",
    "need": "记下一个需要", "unnoted": "去掉一个需要", "feedback": "留下评价", "led": "带领圈层",
}  # fmt: skip
STYLE = (
    "body{font:16px/1.7 system-ui,'PingFang SC','Noto Sans CJK SC',sans-serif;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "h2{margin-top:2.5rem;font-size:1.2rem}table{border-collapse:collapse;width:100%}"
    "th,td{border-bottom:1px solid #ddd;padding:.3rem .6rem;text-align:left;vertical-align:top;"
    "overflow-wrap:break-word}th{font-weight:600;white-space:nowrap}div{overflow-x:auto}"
    "@media(max-width:40rem){th,td{padding:.3rem .4rem .3rem 0;font-size:.9rem}}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}"
    "th,td{border-color:#444}}"
)  # fmt: skip


def page(found: Mapping[str, Any], zone: str) -> str:
    """The whole page."""
    name = next((row["name"] for row in found["tables"].get("member", ()) if row["name"]), "")
    title = f"{name or found['ids'][0]}的个人资料副本"
    return "\n".join((
        "<!doctype html>", '<html lang="zh-CN">', '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", f"<h1>{escape(title)}</h1>",
        f"<p>制作于 {_moment(found['made_at'], zone)}。这里写着我们保存的与您有关的内容；"
        "全部字段见同一文件夹里的 person.json。</p>",
        *_tags(found["tags"]), *_sections(found["tables"], zone), *_talk(found, zone),
        "</html>", "",
    ))  # fmt: skip


def _tags(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield "<h2>标签</h2>"
        yield f"<p>{escape('、'.join(names))}</p>"


def _sections(tables: Mapping[str, Sequence[Row]], zone: str) -> Iterator[str]:
    for table, title, columns in SECTIONS:
        if rows := tables.get(table):
            cells = [[_cell(name, row.get(name), zone) for name in columns] for row in rows]
            full = [i for i, _ in enumerate(columns) if any(row[i] for row in cells)]
            yield f"<h2>{title}</h2>"
            yield _table([list(columns.values())[i] for i in full],
                         ([row[i] for i in full] for row in cells))  # fmt: skip


def _talk(found: Mapping[str, Any], zone: str) -> Iterator[str]:
    if lines := dossier.conversation(found):
        yield "<h2>说过的话</h2>"
        yield _table(("时间", "谁", "内容"), ([_moment(at, zone), "您" if his else "我们", text]
                                         for at, his, text in lines))  # fmt: skip


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th scope=col>{escape(one)}</th>" for one in head)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                     for row in rows)  # fmt: skip
    return f"<div><table>\n<tr>{top}</tr>\n{body}\n</table></div>"


def _cell(name: str, value: Any, zone: str) -> str:
    if value is None or value == "":
        return ""
    if name == "kind":
        return KINDS.get(str(value), str(value))
    if name.endswith("_cents"):
        return f"{value / 100:.2f}"
    if name == "given":
        return "同意" if value else "不同意"
    if isinstance(value, int) and (name == "at" or name in TIMES):
        return _moment(value, zone) if value else ""
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{one}" for key, one in value.items())
    return str(value)


TIMES = frozenset({"since", "until", "created_at", "changed_at", "joined_at", "left_at", "given_at",
                   "revoked_at", "answered_at"})  # fmt: skip


def _moment(at: int, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d %H:%M}"
