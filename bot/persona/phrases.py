"""What a persona says when its script is silent."""

from __future__ import annotations

from collections.abc import Mapping

# Keys are platform message types; "" stands for everything that is not listed.
MEDIA: Mapping[str, str] = {
    "image": "图片我这边看不了，你用文字跟我说说？要是得有人看图，回一句“转人工”，我请同事来。",
    "voice": "语音我这边听不了，麻烦你打字告诉我，好吗？",
    "video": "视频我这边打不开，你用文字跟我说说是什么情况？",
    "file": "文件我这边打不开，你把要紧的几句打给我，或者回“转人工”请同事看。",
    "location": "位置我收到了，不过我自己看不了地图，你把地址打成文字给我好吗？",
    "link": "链接我这边点不开，你告诉我想问里面的哪一点？",
    "emoji": "收到你的表情啦。有什么想问的，打几个字给我就行。",
    "": "这条内容我这边打不开，你用文字跟我说说？要找同事就回“转人工”。",
}
OPT_OUT = "好，从现在起不再给你发活动和推广了。有事要问，随时找我，照样回你。"
OPT_OUT_AGAIN = "放心，之前就停了，不会再发。有问题照样可以问我。"
WAY_TO_A_PERSON = "想和真人说话，回我“转人工”，我请同事来。"
OPT_IN = "好嘞，之后有活动再告诉你。不想收了，回一句“退订”就停。"
FEWER = "记下了，你想少收些活动消息，我转告同事。要是一条都不想收，回一句“退订”就停。"
MENU_TAIL = "都不是的话，换个说法告诉我，或者回“转人工”。"
LINES: Mapping[str, str] = {
    "fallback": "这句我没太明白，你换个说法再问我一次好吗？",
    "ask": "我想确认一下，你问的是这几个里的哪一个？",
    "waiting": "收到，我一起转给同事，他看到就回你。",
    "thinking": "稍等，我看一下再回你。",
    "handoff": "这个我请同事来看看，你稍等一下。",
    "angry": "换作是我也会生气，先跟你说声对不起。",
    "unhappy": "这样确实让人不好受，是我们没做到位。",
    "worried": "有这个担心很正常，我们一样一样看。",
    "tell": "你把经过跟我说说，是哪一单、哪里不对？有照片也可以发来，我看清楚了再回你。",
    "read": "前面的话我都看过了，不用再讲一遍。",
    "away": "这会儿我们休息了，你的话我都记着，上班第一时间回你。",
}


def robot(persona: str, brand: str) -> str:
    """The truthful answer to "are you a robot?"."""
    return f"我是{brand}的智能助手{persona}，不是真人。想和真人说话，回我“转人工”，我请同事来。"
