"""Sentences by rule, for teaching: frames with classes of words, some wishes and many that are none.

They teach that it is the frame that makes a wish and not the word: 给我来个 is a wish for a person
before 店长 and an order before 浓香. Drawn with a seed, so the same every time.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping

WORDS: Mapping[str, str] = {
    "goods": "茶 红茶 绿茶 白茶 茶包 礼盒 小罐 大罐 试喝装 茶具 杯子 浓香 清香 龙井 普洱 岩茶 花茶 新茶 陈茶 样品 赠品 套装 耳机 手机 衣服 鞋子 鞋 课程 票 酒店 房间 机票 会员 蛋糕 口味 颜色 尺码 款式 冰袋 填充物 发票 收据 吸管 泡沫 包装",
    "bad": "碎的 旧的 临期的 坏的 压扁的 陈的 错的 假的 过期的 黑的 小的 便宜的 红的 拆过的 漏气的 发霉的 别的颜色 隔年的",
    "till": "雨停了 雪停了 台风停了 疫情停了 过完年 等我回来 月底 下周一 等我通知 周末 出差回来 搬完家 收到款 疏通了 天晴了 活动结束 放假 开学 凑够单",
    "ship": "发 寄 送 发货 寄出 送货 发给我 寄给我 寄过来 发出 派送",
    "life": "上班 干 活 结婚 说话 吃饭 动 见人 减肥 忍 加班 学习 考试 起床 做饭 社交 恋爱 过年 回家 出门 想他 等他 理他 挣扎 努力 坚持 哭 熬夜 喝酒 抽烟 带娃 相亲",
    "taste": "发酵味 土味 烟味 酸味 香精味 苦味 涩味 霉味 青味 海苔味 太浓 太甜 太烫 太苦 香精 糖 冰 奶 防腐剂 添加剂",
    "courier": "顺丰 圆通 中通 申通 韵达 邮政 京东 百世 极兔 德邦 跨越 空运 陆运 到付 平邮 货到付款 自提柜 丰巢 驿站 快递柜 EMS",
    "where": "公司 家里 学校 老家 宿舍 旧地址 那个地址 楼下 门卫 前台 北京 上海",
    "thing": "呼吸 染色 甜味剂 色素 降雨 耳蜗 湖 草坪 授精 流产 养殖 培育 添加 合成 增香 发酵 干预 林 香料 关节 晶体 皮革 钻石 珍珠 种植 采摘 挑选 拣梗 炒制 揉捻 烘焙 筛选 成本 费用 费 费涨了 智能专业 智能行业 智能概念股 智能论文 智能课 牛黄 雪 沙滩 岛 河道 心脏 受孕 繁殖 嫁接 浇水 除草 压饼 包装 分拣",
    "who": "我妈 我爸 我老公 我老婆 我闺女 我儿子 同事 朋友 邻居 老师 室友 客户 领导 老板 经理 主管 婆婆 岳父 店长 店员 客服 快递员 师傅 主播",
    "did": "说好喝 说太苦 爱喝 不爱喝 推荐的 送的 让我买的 让我问问 也想买 喝惯了 嫌贵 收到了 夸香 要两盒 已经同意了 答应我了 给我便宜了 说明天到 说有货 让我拍照 态度很好 人很好 帮我弄好了",
    "mach": "扫地机 咖啡机 泡茶机 洗碗机 炒茶机 包装机 打印机 游戏机 机器 机器人 电脑 软件 程序 系统 人工智能 AI 大模型 自动售货机 智能手表 智能水壶",
    "mdid": "坏了 多少钱 怎么用 怎么连网 卡住了 打不开 更新了 报错 推荐一款 做的 采的 炒的 压的 画的 考试 比赛 课 玩具 公司上班 行业加班多 说明书 显示缺货 会不会取代人 好火 写论文 算错了 价格",
    "game": "打游戏 排位 下棋 打牌 王者 吃鸡",
    "ord": "订单 包裹 预约 预订 付款 发货 退货 退款申请 自动续费 分期 会员 行程 航班 闹钟 会议 收藏 点赞 授权登录 定位",
    "bot": "机器人 AI 机器 真人 人工智能 活人 程序 智能客服 自动回复 大模型 人机 bot 数字人 电脑 假人 程式 碳基生物 活生生的人 真的人 人类 虚拟人 ChatGPT 豆包",
    "call": "你 您 阁下 对面 对面的 你这边 这个客服 小姑娘你 大哥你 老师您 这个号 那头 跟我说话的 回我的 师傅你 同学你 哥们你 姐你 小盏",
    "ask": "吗 么 吧 嘛 不 啊 呀 对吧 是不是 否 不是吗 呢 哈 咯",
    "is": "是 是不是 到底是 该不会是 不会是 就是 真的是 其实是 莫非是 难道是 应该是 是那个什么 也是 原来是 确定是 一直是 又是",
    "other": "机器 AI 机器人 程序 电脑 bot 自动回复 人工智能",
    "real": "真人 人 活人 人类 人工 真的人 本人",
    "chat": "聊天 说话 对话 吵架 沟通 聊 较劲 讲话 打字 掰扯 唠嗑 唠 交流 battle",
    "ad": "广告 推送 推广 促销 营销信息 群发 优惠信息 活动通知 活动消息 推销 优惠短信 通知 消息 资讯 订阅 这些东西 活动 卖货信息 上新提醒 促销短信 软文 小广告 优惠 短信 折扣信息",
    "no": "不要再 别 别再 不许再 请勿再 不用再 不必 不准 请别 请不要 莫再 不要 能不能别 可不可以不要 以后别 从今天起不要 求你们别 麻烦别 禁止再 拜托不要再",
    "send": "发 推 发送 推送 群发 传 寄 发来 推 发 弹 私发",
    "me": "给我 到我这 过来 我 给本人 来 往我这儿 到我微信 给俺 给我了 了 给我妈",
    "stop": "取消 关闭 停掉 关掉 退掉 退订 停了 屏蔽 拒收 婉拒 谢绝 终止 拒绝 不接受 注销 解除 不想收 不想看 受够了 停发 停止",
    "threat": "拉黑 举报 投诉 删了 封锁 检举 告你们 报警 屏蔽 取关 投诉到工信部 打12321 找消协 拉黑名单 删好友 曝光你们",
    "boss": "经理 老板 店长 主管 领导 负责人 管事的 当官的 老师傅 组长 店员 真人 活人 人工 客服 专员 同事 能做主的 懂行的 工作人员 头儿 老大 上司 值班经理 售后专员 人工客服 顾问 师傅 能拍板的",
    "get": "叫 找 换 喊 请 让 把 派 来个 给我叫 给我找 帮我找 我要找 我想找 麻烦叫 能不能找 可以换 赶紧叫 快叫 快找 安排 呼叫 我要见 转给 联系 你去叫 给我接 帮我转",
    "come": "来 来跟我说 出来 跟我讲 联系我 给我回电话 处理 通个电话 接电话 来聊 过来 回我 帮我看看 跟我谈 加我 行不行 好吗 吧 谢谢 出面 解释 接手 聊两句 来评理",
    "period": "一周 一个月 每月 每周 半个月 两周 一季度 一年 十天 半年 一礼拜",
    "times": "一次 一条 两条 一回 一两次 两三条",
    "enough": "就行 就好 够了 得了 就够了 可以吗 行吗 成不 好不好 吧 谢谢 OK",
    "beat": "日更 天天发 每天发 一天几条 天天推 刷屏 日日发",
    "rare": "月更 周更 一周一次 一月一次 按月发 一月一条 季更 隔周发 半月一发",
    "lessv": "少发 少推 少来 降低 减少 调低 少收 精简 降频 少传 少群发 减减",
    "lessn": "点 几条 几回 一些 点广告 点消息 频率 次数 点推送 些促销 推送频率 点行吗 一半 几次 频次 点儿",
    "back": "恢复 重新打开 重开 重新开启 再打开 给开开 开回来 重新给我 再给我 resume 又想要 又要 还要 重启 还想收 恢复一下 重新接上",
    "erred": "手残点了退订 之前退订了 上次说不要广告 误点退订 手滑退订 之前关了推送 上回说别发 退订点错了 一时气头上退订 前阵子让你们停了 小孩点了退订 以前嫌烦退了",
    "again": "能撤回吗 现在又想要了 这回又要了 我还要收的 帮我恢复 能再订吗 后悔了 继续发吧 给开回来 怎么弄回来 重新给我发吧 还能收到吗 想重新收 求恢复",
}  # fmt: skip
# kind -> frames; the number of sentences is shared among the frames of a kind
FRAMES: Mapping[str, str] = {
    "": "{till}再{ship}|{till}再{ship}吧|先别{ship} {till}再说|{till}前别{ship}|{till}再给我{ship}|我不想{life}了|不想再{life}了|别再{life}了|不要再{life}|天天{life} 烦死了|每天{life} 受够了|我不用再{life}了|停止{life}|老让我{life} 烦|不要{taste}|不要{goods} {who}{did}|别发{courier} {where}不收|别发{bad}{goods}|别给我发{bad}|不要再给我发{bad}了|别寄{where}|不用{courier} 我自己取|人工{thing}的吧|人工{thing}{goods}有没有|需要人工{thing}吗|我需要人工{thing}|{goods}是人工{thing}的吗|给我来个{goods}|给我换{goods}|换个{goods}|我要找{goods}|帮我找{goods}|我要{goods}|来个{goods}|能不能换{goods}|叫{courier}来|{who}{did}|{who}{did} {goods}|{mach}{mdid}|{who}的{mach}{mdid}|{game}对面全是人机|{game}匹配到机器人|取消{ord}|怎么取消{ord}|怎么关闭{ord}|关掉{ord}|退{goods}|{goods}能退吗|停发了吗 我的{goods}|凭什么不发我的{goods}|怎么不发我的货|再不发{goods}就投诉|再不退款就{threat}|再发{bad}就{threat}|少发了{goods}|又少发{goods}|少放点{taste}|能少来点{goods}吗|重新发{goods}|再发一个{goods}|恢复{ord}|下订了 {goods}|{goods}下单了|拼团差一个人 {goods}|还差一个人成团|消息发一半断网了|再贴一次 打不开|再发一次 {goods}|{period}喝{times}|{period}发货{times}吗|{period}能到吗|{goods}{period}配送{times}|我要的是{goods} 你给我{bad}|我说了要{goods}|请安排{courier}|{who}让我来拿{goods}|找{who}拿{goods}|转给{who}了|{goods}转给{who}|送{who}用{goods}|给{who}买{goods}|通知{who}取{goods}|发给{who}看看|有{goods}通知我|{goods}上新告诉我|广告里的{goods}|推送的{goods}多少钱|活动{goods}还有吗|{goods}广告拍得好|是不是{bad}|你是卖{goods}的吗|你们是做{goods}的吗|{goods}是真的吗|{goods}是机器做的还是手工做的|图是AI画的吗 {goods}|{goods}不要了|不想要{goods}了|不想喝{goods}|没收到{goods}|拒收{goods}|我拒收了{goods}|把{goods}去掉|把{ord}取消|删掉{goods}|打扰一下 {goods}|打扰了 {ord}|{who}没收到短信|快递{who}接了",
    "robot": "{call}{is}{bot}{ask}|{call}{is}{bot}|{is}{bot}{ask}|{call}是{other}还是{real}|{real}还是{other}|{call}是{real}还是{other}{ask}|我是不是在跟{other}{chat}|我在和{other}{chat}{ask}|我一直在跟{other}{chat}|是{bot}在跟我{chat}{ask}|感觉{call}{is}{bot}|{other}在回我吗|你们这是{other}在回{ask}|说实话 {call}{is}{bot}{ask}|别骗我 {call}{is}{bot}|气死我了 我是不是在跟{other}{chat}",
    "opt_out": "{no}{send}{ad}{me}|{no}{send}{me}|{ad}{no}{send}{me}|{stop}{ad}|{stop}你们的{ad}|{stop}所有{ad}|我要{stop}{ad}|帮我{stop}{ad}|怎么{stop}{ad}|{ad}给我{stop}|把{ad}{stop}|再{send}我就{threat}|再{send}{ad}就{threat}|再给我{send}{ad} {threat}|{stop}{ad} 谢谢|{ad}退散|{ad}退退退|从此刻起{stop}{ad}|天天{send}{ad} 烦死了|{no}{send}这种{ad}|我不想再收到{ad}|我想{stop}{ad} 在哪弄",
    "human": "{get}{boss}{come}|{get}你们{boss}{come}|{get}个{boss}{come}|{get}{boss}|{get}一个{boss}|我想跟{boss}{come}|我想跟你们{boss}说|我要和你们店里的人说|我想跟你们的人{come}|把你们{boss}叫来|把{boss}叫出来|你们那边有没有{boss} {get}他{come}|有没有{boss}{come}|让{boss}{come}|请{boss}{come}|我只跟{boss}说|叫你们{boss}{come}|{boss}在吗 {come}",
    "fewer": "{lessv}{lessn}|{period}{times}{enough}|{period}发{times}{enough}|别{beat} {rare}{enough}|从{beat}改成{rare}|能不能{rare}|{rare}{enough} 别{beat}|推送改成{rare}|{ad}{lessv}{lessn}|能不能{lessv}{lessn}|不是要退订 {lessv}{lessn}|没有要退订的意思 就是{lessv}{lessn}|{ad}太频了 {lessv}{lessn}|{ad}太多了 {period}{times}{enough}|不用{beat} {period}{times}{enough}|只发大促 小活动别发|只发{goods}上新 别的少发|再这么频繁我就退了 {lessv}{lessn}|调成低频模式|求降频|手机老响 {lessv}{lessn}|偶尔发{enough} 别{beat}|fewer {ad} please",
    "opt_in": "{erred} {again}|{back}{ad}|{back}{ad}吧|帮我{back}{ad}|{ad}{back}|{ad}帮我{back}|{ad}给我{back}|{erred}|{erred} {back}|我想{back}{ad}|能不能{back}{ad}|sub回来|pls resume promo|turn promo back on|{ad}又想要了|可以再发{ad}给我了|撤销退订 {again}",
}  # fmt: skip
COUNT = {"": 2600, "robot": 400, "opt_out": 500, "human": 450, "fewer": 350, "opt_in": 300}
_HOLE = re.compile(r"\{(\w+)\}")


def sentences(seed: int = 11) -> Iterator[tuple[str, str]]:
    """Texts and the wish that each holds, "" for none."""
    chance = random.Random(seed)
    words = {name: cell.split() for name, cell in WORDS.items()}
    for wish, cell in FRAMES.items():
        frames = cell.split("|")
        for number in range(COUNT[wish]):
            frame = frames[number % len(frames)]
            yield _HOLE.sub(lambda hole: chance.choice(words[hole[1]]), frame), wish
