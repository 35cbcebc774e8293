"""How a Chinese character sounds, without tones: typing by sound is where most slips come from.

GB 2312 orders its 3,755 common characters by pronunciation, so the whole table is the first
character of each of its 392 syllables. One reading per character, which is enough to forgive.
"""

from __future__ import annotations

from bisect import bisect_right

_FIRST = (
    "啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻捕擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹"
    "春戳疵聪凑粗蹿摧村磋搭呆耽当刀德蹬堤颠碉跌丁丢东兜督端堆墩掇蛾恩而发藩坊菲芬丰佛否夫噶该"
    "干冈篙哥给根耕工钩辜刮乖棺光瑰辊锅哈骸酣夯壕呵嘿痕哼轰喉呼花槐欢荒灰荤豁击嘉歼僵蕉揭巾荆"
    "炯揪鞠捐撅均喀开刊康考坷肯坑空抠枯夸块宽匡亏坤括垃莱蓝琅捞勒雷棱厘俩联粮撩列琳玲溜龙楼芦"
    "峦抡萝妈埋瞒芒猫么玫门萌眯棉苗蔑民明谬摸谋拇拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠牛脓奴暖挪哦"
    "欧啪拍攀乓抛呸喷砰坯篇飘撇拼乒坡扑期掐牵枪橇切钦青琼秋趋圈缺裙然瓤饶惹壬扔日戎揉茹软蕊闰"
    "若撒腮三桑搔瑟森僧莎筛珊墒梢奢砷声师收蔬刷摔栓霜谁吮说斯松搜苏酸虽孙蓑塌胎坍汤掏特藤梯天"
    "挑贴厅通偷凸湍推吞拖挖歪豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄休墟轩靴勋压焉殃邀椰一茵英哟拥幽"
    "迂鸳曰耘匝栽咱赃遭责贼怎增扎摘瞻樟招遮珍蒸芝中舟珠抓拽专桩椎谆捉兹鬃邹租钻嘴尊昨"
)
_BOUNDS = [char.encode("gb2312") for char in _FIRST]
_LAST = b"\xd7\xf9"


def sound(char: str) -> int:
    """A number that is equal for characters that sound alike; -1 for anything else."""
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return -1
    return bisect_right(_BOUNDS, code) - 1 if len(code) == 2 and code <= _LAST else -1


def sounds(pair: str) -> tuple[int, int] | None:
    """The sounds of two characters, or None when one of them is no common Chinese character."""
    if len(pair) != 2:
        return None
    first, second = sound(pair[0]), sound(pair[1])
    return (first, second) if first >= 0 and second >= 0 else None
