"""Robot question, opting out, asking for a person; moods. And no false alarm on shop talk."""

from __future__ import annotations

import pytest

from bot.persona.intents import intents
from bot.persona.mood import grave, moods

from .questions import QUESTIONS, STRANGERS

ROBOT = """
你是机器人吗 / 你是真人吗 / 你是人还是机器人 / 是真人吗 / 是机器人吧 / 你是不是机器人
请问您是人工还是机器人 / 我在跟机器人聊天吗 / 你是AI吗 / 你是ai还是真人 / 对面是真人吗
对面是人吗 / 你到底是不是真人啊 / 你不会是机器人吧 / 该不会是自动回复吧 / 这是自动回复吗
你是智能客服吗 / 客服是真人吗 / 你是活人吗 / 在跟我说话的是人吗 / 你是人类吗 / 你是ChatGPT吗
你是程序吗 / 真人还是机器人 / 跟我聊天的是真人吗 / 你是本人吗 / 感觉你像个机器人
你其实是电脑吧 / are you a robot? / Are you human / 机器人？ / 真人吗 / 你是機器人還是真人
你不是真人吧 / 是不是AI在回我
"""
OPT_OUT = """
退订 / TD / T / 别发了 / 不要再发了 / 不要再给我发了 / 别再发广告了 / 别给我发消息了
不要发广告 / 停止推送 / 取消订阅 / 我要退订 / 不想收到你们的推送 / 别推送了 / 别再推了
不要推销了 / 能不能别发了 / 可以别给我发了吗 / 以后别发了 / 不用再给我发消息了
请不要再发信息给我 / 拒收 / 别骚扰我了 / 不要打扰我 / 不想再收到广告 / 关闭推送
广告太多了别发了 / 别群发了 / 把我移出群发名单 / 不想看到你们的活动消息 / 退訂 / 別再發了 / stop
unsubscribe / 烦死了别发了行吗
"""
HUMAN = """
转人工 / 人工 / 人工客服 / 找人工 / 我要人工 / 接人工 / 转接人工 / 叫个人来 / 找真人
我要找真人 / 换个人来 / 有没有人工客服 / 人工服务 / 帮我转人工客服 / 我要跟人说话
能不能找个真人 / 叫你们老板来 / 找你们店长 / 我要找客服 / 客服在吗 / 联系客服 / 联系人工
请转人工 / 不想跟机器人聊 / 让你们经理来 / 我想和真人聊 / 能转人工吗 / 怎么转人工 / 轉人工
麻烦叫同事来 / 你处理不了 找人来 / 有活人吗 / 叫店长出来 / 我要真人客服
"""
ORDINARY = """
订单能退吗 / 别发错了颜色 / 别发顺丰 发中通 / 发错货了 / 什么时候发货 / 人工采的茶吗
是机器炒的还是手工的 / 我妈喝可以吗 / 客服电话多少 / 有人喝过这款吗 / 你是谁 / 你多大了 / 你在哪
不要辣的 / 不要香精的有吗 / 给我发个链接 / 发我看看 / 能发图吗 / 再发一次地址 / 找不到订单
换个口味 / 有没有优惠 / 我要两盒 / 活动什么时候结束 / 人多的时候要排队吗 / 真的假的 / 这是真茶吗
本人收货吗 / 要本人签收吗 / 机器洗杯子会坏吗 / 你好 / 谢谢 / 嗯 / 在吗
"""


def parts(cell: str) -> list[str]:
    return [part.strip() for line in cell.strip().splitlines() for part in line.split("/")]


@pytest.mark.parametrize("text", parts(ROBOT))
def test_the_robot_question(text: str) -> None:
    assert intents(text)[0] == "robot"


@pytest.mark.parametrize("text", parts(OPT_OUT))
def test_opting_out(text: str) -> None:
    assert intents(text)[0] == "opt_out"


@pytest.mark.parametrize("text", parts(HUMAN))
def test_asking_for_a_person(text: str) -> None:
    assert intents(text)[0] == "human"


def test_no_false_alarm_on_ordinary_messages() -> None:
    ordinary = [*parts(ORDINARY), *STRANGERS]
    ordinary += [text for q in QUESTIONS for text in (*q.wordings, *q.asked)]
    assert [(text, intents(text)) for text in ordinary if intents(text)] == []
    assert [text for text in ordinary if grave(text)] == []


def test_opting_back_in() -> None:
    assert intents("恢复推送") == ("opt_in",)
    assert intents("取消退订")[-1] == "opt_in"


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("杯子碎了！！", ("complaint",)),
        ("急用，今天必须要到", ("urgent",)),
        ("太失望了", ("negative",)),
        ("不着急，慢慢来", ()),
        ("茶很好喝", ()),
    ],
)
def test_moods(text: str, flags: tuple[str, ...]) -> None:
    assert moods(text) == flags


def test_a_grave_complaint() -> None:
    assert grave("再不处理我打12315投诉")
    assert not grave("包裹破损了怎么办")
