"""Spellings and near synonyms that mean the same in almost every shop's questions.

Each line: the form that is kept, then the forms that become it. General Chinese only; a brand's
own words belong into the ``similar`` column of its FAQ.
"""

from __future__ import annotations

import re

_LINES = """
怎么 如何 怎样 咋 怎末 怎吗 怎嘛 肿么 杂么 咋个 咋整 咋弄 怎么弄 咋办 咋搞 怎么搞
什么 啥 甚么 神马 什嘛 啥子 什么样 啥样
为什么 为啥 为何 干嘛
什么时候 啥时候 何时 几时 多会儿 什么时间
多久 多长时间 几天 多少天 几日 多少时间
多少钱 几钱 什么价 啥价 什么价格 价格 价钱 价位 售价 怎么卖 咋卖
可以 能否 可否 可不可以 能不能 行不行 可以不 能够 能
有没有 有木有 有无 是否有
是不是 是否
哪里 哪儿 在哪 在哪里 在哪儿 什么地方 啥地方 在什么地方 在啥地方
谁 哪位
没 没有 木有 没得
快递 物流 包裹 快件
发货 寄出 发出 出货
收到 到货 送到 送达
退款 退钱
付款 付钱 支付
买 购买 购 下单 入手 订购
优惠 打折 折扣 降价 促销 便宜点 便宜
取消 撤销 撤消
修改 更改 变更
查 查询 查看
丢 丢失 弄丢 丢了
坏 破 碎 裂 烂 损坏 破损 摔碎 坏了 碎了 破了 烂了
睡 睡觉 睡不着 失眠
孩子 宝宝 小孩 娃 小朋友 儿童
孕 孕妇 怀孕 备孕 孕期
区别 不同 差别 差异 不一样
推荐 建议
味道 口感 口味 味儿
保存 存放 储存 保管
送人 送礼 礼物 礼品
运费 邮费 快递费
发错 寄错
少发 漏发 少了
开门 营业 开店 上班
关门 打烊 闭店 下班
周日 星期天 星期日 礼拜天 礼拜日
周六 星期六 礼拜六
"""


def _table() -> dict[str, str]:
    made: dict[str, str] = {}
    for line in _LINES.split("\n"):
        kept, *others = line.split() or [""]
        for word in others:
            made.setdefault(word, kept)
    return made


_TABLE = _table()
_WORD = re.compile("|".join(sorted(map(re.escape, _TABLE), key=len, reverse=True)))


def canonical(text: str) -> str:
    """A normalised text with every listed word in the form that is kept."""
    return _WORD.sub(lambda found: _TABLE[found[0]], text)
