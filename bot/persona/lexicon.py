"""Classes of words that wishes are made of; a text becomes a row of classes.

A class is one character, so that patterns over classes are ordinary regular expressions. A word
that a class takes by mistake (扫地机器人, 人工采摘, 优惠券怎么用) is listed under ``X``, things
that are sold and done in a shop: the longest word wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CLASSES: Mapping[str, str] = {
    # you, and where you are
    "Y": "阁下 哥们 小姑娘 小伙子 你们 你 你俩 贵店 贵司 对面 对方 那头 那端 这头 这个号 这号 此号 这账号 这个账号 这微信 这个微信 这个微信号 这个企业微信 这企微 屏幕 背后 幕后 小盏 老顾 阿满 you u ya",
    "y": "这边 那边 这里 后台 后面 里面 亲 客官 你家 你们家 店家 商家 店里 这 这个 那 那个 刚才 刚刚 回复 现在 在线",
    # what does not think
    "M": "机器人 机械人 机器 机器客服 机器人客服 客服机器人 智能机器人 聊天机器人 ai ai客服 客服ai ai助手 人机 人工智能 人工智障 智能客服 智能助手 智能助理 智能体 智能回复 智能 bot robot chatbot machine gpt chatgpt openai deepseek 豆包 文心一言 文心 通义 通义千问 千问 kimi 元宝 大模型 语言模型 claude gemini siri 小爱 小爱同学 小度 天猫精灵 语音助手 虚拟人 虚拟客服 虚拟助手 虚拟人物 虚拟角色 数字人 假人 自动回复 自动应答 自动答复 硅基 硅基生命 机器号 电子人 仿生人",
    "m": "程式 程序 系统 自动 电脑 计算机 虚拟 软件 算法 代码 脚本 模型 模板 预设 设定 托管 后台程序 假的 复制粘贴 套话 话术 生成 automated",
    # what does
    "R": "活生生 活生生的人 碳基生物 真人 真的人 真实的人 真正的人 活人 大活人 人类 真身 碳基 血肉 有血有肉 真人类 真有其人 活的 喘气的 本尊 human person real 真实存在",
    "r": "本人 真的 真实 人 身体 感情 意识 味觉 情感 心跳 灵魂 亲自 手打",
    "A": "人工",
    "I": "是 是不是 是否 算 算是 属于 不是 就是 像 好像 好似 该不会是 不会是 难道是 莫非是 还是 或者 或是 或 are is r am isthis",
    "Q": "吗 么 嘛 吧 不 呀 啊 呢 哦 呗 咯 喽 对吧 对不对 是吗 是吧 么么 没 不是吗",
    "J": "感觉 觉得 怀疑 原来 其实 到底 究竟 难道 莫非 该不会 不会 怎么感觉 总感觉 合着 敢情 搞了半天 闹了半天 弄了半天 居然 竟然 果然 承认 坦白 老实 说实话 说真的 证明 确认 猜 听说 打赌 骗我 确定 敢说",
    "K": "聊天 聊 说话 对话 讲话 沟通 交流 谈 打字 回复 回答 回我 应答 答复 接待 服务 在回 在聊 讲 说 tell talk speak chat talking speaking chatting",
    # what is sent unasked
    "P": "广告 小广告 推送 推广 推销 促销 营销 群发 垃圾信息 垃圾消息 垃圾短信 订阅 名单 列表 推广信息 营销信息 促销信息 优惠信息 活动消息 活动通知 活动信息 活动提醒 优惠消息 消息推送 消息提醒 商业信息 商业短信 ads ad spam promo promos promotion promotions list subscription",
    "p": "消息 信息 短信 活动 优惠 优惠券 打折 折扣 上新 新品 通知 提醒 私信 私聊 内容 东西 问候 祝福 message messages messaging 邮件 讯息",
    "N": "婉拒 莫再 无需 无须 不必再 不用再 不要再 别再 不要 别 不用 不必 不许 不准 不得 不需要 不希望 不想 不愿意 不愿 请勿 勿 甭 不再 不接受 不同意 没同意 未经同意 禁止 拒绝 谢绝 免 不收 不看 不感兴趣 没兴趣 不让 少来 凭什么 谁让 放过 受够了 dont not no",
    "T": "stop spamming stopped 退散 退退退 停发 关停 out 退订 退定 td 停 停掉 停了 停止 取消 关闭 关掉 关了 关 退掉 退了 屏蔽 拒收 终止 中止 撤回 撤销 解除 注销 移除 移出 剔除 去掉 拿掉 踢出 拉出 删掉 删了 删除 删 免打扰 unsubscribe unsub cancel remove optout 取关 收回 不订",
    "L": "封锁 检举 曝光 消协 工信部 拉黑 举报 投诉 删好友 报警",
    "S": "发 发送 发来 发给 发我 推 推给 传 寄 send sending push 弹 推来 发过来 发出",
    "D": "打扰 骚扰 烦我 轰炸 吵 吵我 刷屏 烦人 烦死 烦不烦 烦 吵死 打搅 闹心",
    "V": "收到 收 接收 看到 看见 收听 receive",
    "E": "告诉 联系 找我 叫我 喊我 联络 联系我 通知我 提醒我 告诉我",
    "W": "我 俺 咱 me my i 我们 自己",
    "G": "以后 今后 往后 再 一直 天天 每天 总 总是 老是 老 一天到晚 从此 又 还 继续 整天 任何 一切 所有 全部 统统 都",
    "F": "month week monthly weekly 降频 日更 月更 周更 季更 年更 低频 高频 按月 按周 隔周 频率 频次 频繁 太频 勤 密 密集 次数 一周 每周 一个月 每个月 每月 半个月 隔周 一天 两周 一星期 一个星期 礼拜 一个礼拜 月初 月度 季度 一次 一条 两次 几次 几条 两条 三条 减半 一半 间隔 隔几天 隔段时间 隔一段时间 less fewer often",
    "f": "减到 太频 太频了 少收 少推 几回 少 减少 降低 调低 低一点 低 偶尔 挑 重要 重要的 大促 只发 只要 只通知 就好 就行 就够了 够了 一点 点 些 一些 太多 有点多 多 精简 克制 适当 平时 最多 顶多 重点 大活动 双十一 618 节日",
    "B": "重开 开开 resume sub 手残 撤回退订 还要收 恢复 重新 从新 再次 打开 开启 开通 加回 加回去 开回来 再订 订回来 后悔 误点 手滑 手抖 不小心 点错 按错 又想 还想 改主意 作废 重启 加进去 resubscribe subscribe again back",
    "b": "之前 以前 上次 前几天 当初 过 又可以 可以再 现在 照常 照旧",
    # people who can be called
    "H": "客服 人工客服 真人客服 坐席 接线员 话务员 工作人员 专人 专员 客服人员 客服专员 在线客服 服务人员 人工坐席 人工服务 客户经理 agent representative operator rep someone customerservice",
    "C": "老师傅 当官的 头儿 老大 上司 顾问 值班经理 你们店里的人 你们的人 店里的人 店长 老板 老板娘 经理 领导 负责人 主管 上级 管事的 做主的 拍板的 店员 同事 售后 组长 总监 管事 做主 拍板 权限 懂行的 会的 懂的人 人员 manager boss",
    "Z": "转 转接 接 接通 找 叫 换 请 喊 呼叫 派 安排 让 见 要 需要 来 来个 换个 找个 叫个 给我 帮我 转到 转给 切换 换成 有没有 申请 介入 直接 transfer connect call get want need",
    "z": "打电话 回电话 回电 电话 回个话 给我回 处理 出来 解决 对接 加我 跟进 过来 管管 帮忙 出面",
    "U": "听不懂 解决不了 处理不了 说不清 说不清楚 说不明白 答非所问 说不通 没法沟通 帮不了 没用 太笨 回答不了 不懂 不会 搞不定 笨",
    # things of a shop: other meanings of the words above
    "X": "秘密 保密 密封 亲密 密码 勤快人 雨停 雪停 停了再 停了吗 人工呼吸 人工染色 人工甜味剂 人工降雨 人工湖 人工草坪 人工授精 人工养殖 人工培育 人工添加 人工合成 人工增香 人工干预 人工关节 人工牛黄 人工智能专业 人工智能行业 拼团 成团 断网 下订 咖啡机 泡茶机 游戏 排位 匹配 货 退货 退款 换货 发货 快递 顺丰 圆通 中通 申通 韵达 邮政 京东 百世 发票 订单 地址 颜色 大罐 小罐 碎 冰袋 礼盒 错 漏 包装 罐 盒 包裹 驿站 赠品 茶 红茶 绿茶 泡 喝 采 制茶 炒 采摘 采茶 采的 机采 扫地机器人 机器人玩具 机器人吸尘器 人工采 人工费 人工炒 人工香精 人工色素 人工挑 人工采摘 人工成本 人工种植 人工发酵 人工智能的 小程序 程序员 系统提示 系统显示 停产 停车 停电 停业 验证码 取件 物流 门店 直播 代收 签收 收货 收货人 收件人 换个人签收 发错 发错货 少发了 漏发 预定 预订 付款 支付 账号 会员 续费 免密 推荐 送领导 送老板 定金 补发 寄 寄到 自提 补差价 积分 多少钱 价格 打折吗 优惠吗 活动吗 优惠券怎么 画 设计 图片 照片 视频 主播 模特 文章 包装上 跟拍 测评 实测 出镜 直播间 视频号 朋友圈 朋友 老公 妈 爸 同事说 推荐我 香 味道 好喝 苦 涩 送礼 送 买 卖 下单 拍 单 订货 件 包 斤 克 取消订单 订单取消",
}  # fmt: skip
_CLASS = {word.strip(): name for name, words in CLASSES.items() for word in words.split()}
_WORD = re.compile(
    "[a-z]+|[0-9]+|"
    + "|".join(sorted((w for w in _CLASS if not w.isascii()), key=len, reverse=True))
    + "|."
)
PLAIN = "."


def row(text: str) -> list[tuple[str, str]]:
    """The words of a ``typed`` text with their classes, in order; what is in none is ``PLAIN``."""
    return [
        (word, _CLASS.get(word) or (word if word == "|" else PLAIN))
        for word in _WORD.findall(text)
        if word != " "
    ]
