"""Built-in lines around forms, steps, promises and what is not text. A script may word its own."""

from __future__ import annotations

from collections.abc import Mapping

LINES: Mapping[str, str] = {
    "back": "我们上班啦。你之前留的话都在这儿，同事这就来看。",
    "cancel": "好，那就先不弄了，想起来再找我。",
    "retry": "这句我没对上号，再说一次好吗？",
    "refused": "好，那就不记。别的照样可以问我。",
    "fix": "哪一项要改？",
    "resume": "接着刚才的：",
    "off_topic": "这个我不懂，不乱说，我请懂的同事来回你。",
    "forget": "好，你的资料听你的。我请同事来办，删之前会跟你确认删哪些，删完告诉你。",
}
# Yes and no, as the member taps them.
YES, NO = "好的", "不用了"
# What is sent while somebody complains, or waits for a person, is welcome.
WELCOME: Mapping[str, str] = {
    "image": "照片收到了，我跟前面的话放在一起，同事一块儿看。",
    "video": "视频收到了，同事来的时候会看。",
    "file": "文件收到了，同事来的时候会看。",
    "voice": "语音收到了，我听不了，同事来听；方便的话也打几个字。",
}
# More kinds of message than the first list of them holds.
MEDIA: Mapping[str, tuple[str, ...]] = {
    "miniprogram": ("小程序我这边点不开，你想问里面的哪一样，打几个字给我？",),
    "business_card": ("名片收到了，我自己加不了人。要找同事就回“转人工”。",),
    "card": ("名片收到了，我自己加不了人。要找同事就回“转人工”。",),
    "merged_msg": ("转发的聊天记录我这边展不开，你挑要紧的一两句打给我？",),
    "channels_shop_product": ("商品卡片收到了，我点不开。你是想问价格、库存，还是怎么用？",),
    "channels_shop_order": ("订单卡片收到了，我点不开。把订单号打给我，我转给同事查。",),
    "channels": ("视频号的内容我这边看不了，你用一句话说说？",),
    "meeting": ("会议我进不去，有事在这儿打字就好。",),
    "schedule": ("日程收到了，不过我加不进去，要约时间就回“转人工”。",),
}
