"""An invented bookshop's questions, written for these tests.

Each line: id | wordings that the FAQ holds, separated by / | what people then really type.
"""

from __future__ import annotations

from dataclasses import dataclass

_LINES = """
open | 几点开门 / 营业时间是什么 / 晚上开到几点 | 你们啥时候营业啊 / 晚上几点关门
sunday | 周末开门吗 / 星期天营业不 | 周日有人在店里吗 / 礼拜天开不开门
where | 店在哪里 / 地址发一下 / 怎么走 | 你们店在什么地方呀 / 地址给我一个
metro | 坐地铁怎么去 / 哪个地铁站近 | 地铁到哪一站下
parking | 有停车位吗 / 开车来停哪 | 附近能停车不 / 停車方便吗
pet | 可以带狗进店吗 / 猫能进去吗 / 宠物能带吗 | 我想带我家狗狗来可以么
coffee | 店里有咖啡吗 / 有喝的卖吗 | 你们卖不卖咖啡 / 能喝东西吗
seat | 有座位看书吗 / 可以坐着看吗 | 店里能坐下来看书不
wifi | 有无线网吗 / wifi密码多少 | WiFi 密码是啥 / 可以连网吗
order | 怎么下单 / 在哪里买书 / 网上能买吗 | 书在哪儿买啊 / 如何下单购买
pay | 可以用什么付款 / 支持微信支付吗 / 能刷卡吗 | 支付宝能付吗 / 付钱方式有哪些
ship-time | 多久发货 / 下单后几天寄出 | 什么时候给我发货 / 我买了咋还不寄出
arrive | 快递几天到 / 寄到北京要多久 | 包裹多久能收到 / 大概几天可以到货
fee | 运费多少 / 包邮吗 / 满多少免邮 | 邮费要多少钱 / 买两本能包郵吗
carrier | 发什么快递 / 可以发顺丰吗 | 用哪家快递寄的 / 能指定顺丰么
track | 怎么查物流 / 快递单号在哪看 | 我的包裹到哪了 / 單號怎么查
address | 地址填错了怎么改 / 可以改收货地址吗 | 收货地址写错了能修改不
cancel | 怎么取消订单 / 不想要了能取消吗 | 订单可以撤销么 / 我想取消刚才那单
refund | 怎么退款 / 退款几天到账 | 钱什么时候退给我 / 退钱要多久
return | 可以退货吗 / 七天无理由支持吗 / 买错了能退吗 | 书不想要了可以退不 / 我要退货
damaged | 书破了怎么办 / 收到的书有折痕 / 书角撞坏了 | 书皮烂了咋整 / 寄来的时候压坏了
wrong | 发错书了 / 收到的不是我买的 | 你们寄错了一本 / 给我發錯了
missing | 少发了一本 / 漏发怎么办 | 我买三本只收到两本 / 少了一本书
invoice | 可以开发票吗 / 发票怎么开 / 电子发票有吗 | 开票要什么信息 / 能給开发飘吗
gift | 能包装成礼物吗 / 送人可以包一下吗 | 帮我包个礼盒行不行 / 礼物包装要钱吗
card | 可以写贺卡吗 / 能帮忙手写卡片吗 | 帮我写张卡片放进去
member | 怎么办会员 / 会员卡怎么申请 | 如何成为会员 / 我想办张会员卡
points | 积分怎么用 / 积分能换什么 | 我的积分可以干嘛 / 积分兑换啥
discount | 会员有折扣吗 / 有没有优惠 | 现在打折不 / 能便宜点么
used | 收二手书吗 / 旧书能卖给你们吗 | 我有一堆旧书你们要吗 / 二手書回收不
rent | 可以借书吗 / 能租书回家看吗 | 书能不能外借
child | 有儿童绘本吗 / 三岁孩子看什么书 | 给小孩子看的书有没有 / 宝宝绘本推荐下
exam | 有考研资料吗 / 教材卖不卖 | 考试用的辅导书有吗
foreign | 有英文原版书吗 / 外文书在哪一排 | 原版小说有木有 / 有日文书不
rare | 能帮忙找绝版书吗 / 断版的书能订吗 | 有本绝版的想请你们找找
reserve | 可以预订新书吗 / 新书到了能留一本吗 | 先给我留一本行吗 / 预约新書
event | 最近有什么活动 / 周末有讲座吗 | 这周有读书会没 / 活动什么时候办
join | 读书会怎么报名 / 活动要报名吗 | 我想参加读书会怎么弄
sign | 有签名本吗 / 作者签名版卖吗 | 作者签过名的还有么
host | 能在店里办活动吗 / 场地怎么租 | 我们公司想租你们场地
job | 招人吗 / 你们招店员不 | 请问还招兼职吗 / 想来你们店上班
gift-card | 有购书卡吗 / 书券怎么买 | 礼品卡在哪里买
bulk | 公司团购有优惠吗 / 一次买一百本怎么算 | 单位批量采购咋算价
ebook | 有电子书吗 / 能买电子版吗 | 电子版的有没有得卖
photo | 店里能拍照吗 / 可以来拍写真吗 | 进去拍照可以不
lost | 东西落在店里了 / 伞忘在你们那了 | 我的包忘在店里了怎么办
"""

OFF_TOPIC = """
今天会不会下雨 / 帮我点一份外卖 / 感冒了吃什么药好 / 股票还能涨吗 / 你喜欢吃辣吗 / 我家水管漏了
电脑蓝屏怎么修 / 去机场打车多少钱 / 红烧肉怎么做 / 信用卡逾期了 / 花多久浇一次水 / 裤子缩水了
世界杯谁赢了 / 人为什么会做梦 / 月亮离地球多远 / 牙疼得厉害 / 高铁票怎么改签 / 房租又涨了
哈哈哈哈 / 嗯嗯好的 / 猫咪不吃饭 / 手机没信号 / 护照丢了去哪补 / 空调不制冷 / 驾照几年换一次
唱首歌听听 / 牛仔裤掉色 / 社保断了会怎样 / 口红哪个色号显白 / 健身房在几楼 / 我失恋了好难过
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What the FAQ knows of a question, and how people ask it."""

    id: str
    wordings: tuple[str, ...]
    asked: tuple[str, ...]


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("/"))


def _question(line: str) -> Question:
    name, wordings, asked = line.split("|")
    return Question(name.strip(), _parts(wordings), _parts(asked))


QUESTIONS = tuple(_question(line) for line in _LINES.strip().splitlines())
STRANGERS = tuple(part for line in OFF_TOPIC.strip().splitlines() for part in _parts(line))
