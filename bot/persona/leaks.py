"""What is meant for machines or for nobody: secrets, template brackets, a model's inner words."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SECRET = re.compile(
    r"(?:验证码|校验码|动态码|短信码)[^0-9\n]{0,6}[0-9]{4,8}|(?<![0-9])[0-9]{4,8}\s?(?:是|为)(?:你|您)?的?(?:验证码|校验码|动态码)"
    r"|(?:把|将|告诉我|发我|报给?我|念给我|提供|回复|输入)[^。！!？?，,\n]{0,10}(?:验证码|校验码|动态码|支付密码|银行卡密码|登录密码|取款密码|cvv|安全码|身份证照片)|(?:验证码|支付密码|登录密码|密码)[^。！!？?\n]{0,4}(?:告诉我|发我|发给我|发过来|给我|报给我|报一下|说一下|念一下)"
    r"|(?:密码|口令|passwd|password|pwd)\s?(?:是|为|[:：=])\s?[a-z0-9!@#$%^&*_.-]{4,}|(?:secret|token|api[_ -]?key|access[_ -]?token|appsecret|corpsecret|aeskey|authorization|bearer)['\"]?\s?[:：= ]\s?['\"]?[a-z0-9_\-.=+/]{8,}"
    r"|(?<![a-z0-9])(?:sk-[a-z0-9_-]{8,}|akia[a-z0-9]{12,}|ghp_[a-z0-9]{16,}|eyj[a-z0-9_-]{12,}\.[a-z0-9_-]{4,}|xox[bp]-[a-z0-9-]{8,})|-----?begin|begin (?:rsa |ec |openssh )?private key|(?:mysql|postgres(?:ql)?|redis|mongodb)://|ssh-rsa\s"
)
_INNER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\$\{|<%|%>|\{[a-z_][a-z0-9_.]*\}|\[[^\]]{0,4}(?:姓名|名字|昵称|称呼|客户名?|产品名?|品牌名?|日期|时间|金额|价格|链接|电话|插入[^\]]{0,10}|此处[^\]]{0,12}|填[^\]]{0,10}|name|date|price|link|your [a-z ]{1,20})\]|【[^】]{0,4}(?:姓名|昵称|称呼|客服名|节日|日期|店名|城市|产品名|商品名|名)】|【(?:插入[^】]{0,10}|此处[^】]{0,12}|待填[^】]{0,6})】|%[a-z_]{3,20}%|(?:error|warning|failed|exception)\s?[:：]|%s(?![a-z])|%d(?![a-z])|\{[0-9]?\}"
    r"|(?<![a-z_])(?:null|none|undefined|nan|nil|todo|fixme|lorem ipsum)(?![a-z_])|\[object object\]|traceback|keyerror|valueerror|typeerror|exception(?![a-z])|stack ?trace|(?:http|error|errcode)\s?[:：=]?\s?(?:[45]0[0-9]|-?[0-9]{4,6})(?![0-9])|internal server error|x{4,}|<<[a-z_]{2,20}>>|[(（\[【]\s?(?:此处|这里|待)[^)）\]】]{0,16}[)）\]】]|(?:模型|ai|系统)(?:输出|生成|回答)\s?[:：]|待补充|待填写|占位(?:文字|符)"
    r"|\{\s?[\"'][a-z_]+[\"']\s?:|\[\s?\{\s?[\"']|</?(?:think|div|span|br|p|b|i|a|script|html|body|table|tool_call|system|assistant|user)[\s/>]|<\|[a-z_]+\|>|&(?:nbsp|lt|gt|amp|quot);|\\[nu](?![a-z])"
    r"|(?:作|身|做)为(?:一个|一名|一款|您的|你的)?(?:ai|人工智能|大?语言模型|大模型|智能语言|聊天机器人|gpt|虚拟助理)[^，,。\n]{0,10}|as an? (?:ai|artificial|large) ?(?:language)? ?(?:model|assistant)|我是(?:一个|一款)?(?:由|被)?[^，,。\n]{0,12}(?:训练|开发|研发)的(?:大?语言|ai|人工智能|大)?(?:模型|助手)|我(?:是|叫)(?:chatgpt|gpt|claude|文心一言|通义千问|豆包|kimi|deepseek)|(?:大?语言模型|大模型)(?:无法|不能|没有|的限制)"
    r"|我的(?:知识|训练数据)(?:库)?(?:截止|截至|更新到)|(?:知识)?截止日期(?:是|为)?20[0-9]{2}|(?:无法|不能)(?:访问|获取)(?:实时|互联网|最新)(?:的)?(?:信息|数据)?|系统提示(?:词)?|提示词|system ?prompt|(?:根据|按照|遵循)(?:我的|系统|以上|上述|给定的|你的|您的)(?:指令|指示|提示|设定|prompt|人设(?:设定|要求))|我被(?:设定|设置|要求|指示|编程)(?:为|成|来|不)|"
    r"ignore (?:all |the )?(?:previous|above)|忽略(?:之前|以上|上面|前面)的?(?:所有|全部)?(?:指令|指示|提示|设定|规则)|(?:^|\n)(?:assistant|system|user|human|助手|用户|系统|客服|回复|回答|答|输出|改写(?:后|版)?)\s?[:：]|(?:以下|下面)是(?:我|为您|为你|给您|给你|根据|一?[个条段份])?[^。\n]{0,20}(?:回复|改写|润色|版本|答案|文案|示例)|(?:希望|但愿)(?:这|以上|我的)[^。\n]{0,8}(?:对(?:你|您)有(?:所)?帮助|能帮到)|i'?m sorry,? (?:but )?i|i cannot assist|抱歉,?，?我(?:无法|不能)(?:协助|提供|生成|完成|满足|回应)"
)
# What models, tools and colleagues write around a text and nobody means to send.
_AROUND = re.compile(
    r"\{[^{}\n]{1,16}\}|⟦|\[\[|\]\]|<[a-z][a-z_ ]{2,20}>|%[0-9a-f]{2}%[0-9a-f]{2}|#(?:n/a|ref!|value!|name\?)|(?:select|delete|update) [^。]{1,40} (?:from|set|where) |function_call|console\.log|(?<![a-z])print\("
    r"|(?<![a-z])(?:temperature|top_[kp]|max_tokens|tone|cta|score|sku|stock|margin|node(?:-[0-9]+)?|intent|role|length|member_id|order_id|emoji|next_restock|last_buy)\s?(?:[=<>]|[:：]\s?[\"'a-z0-9])|(?<![a-z])prompt(?![a-z])|(?<![a-z])(?:user|assistant|observation|thought|system|bot)\s?[:：]"
    r"|(?:sure|certainly|of course|okay|got it)[!,，！。.]\s?(?:here|i )|here(?:'s| is| are) (?:a|an|the|your|some|my) |(?:^|[，。\s])if .{1,24} then |^(?:true|false|n/?a|test|测试)[\s。]*$|测试 ?test"
    r"|\[[^\]]{0,12}(?:失败|missing|无法显示)[^\]]{0,8}\]|话术[一二三0-9]|水军[0-9]"
    r"|(?:以下|以上|下面)(?:是|为|就是)(?:为您|为你|给您|给你|关于)?[^，。\n]{0,12}(?:生成|改写|润色|备选|撰写|全部内容|推理|初稿|文案)|需要更[^，。]{1,6}(?:一点|一些)吗|(?<![0-9])[0-9]{1,4}字(?:以内|左右)[^。]{0,14}(?:文案|回复|输出)|请(?:模型)?(?:继续)?输出|语气(?:要求)?[:：]|[(（【\[](?:系统|内部|运营|备注|给运营)[^)）】\]]{0,4}[:：】\]]|(?:备注|给)(?:给)?(?:同事|运营)[:：]"
)

# "别把验证码告诉任何人" is good advice.
_WARNED = re.compile(
    "(?:别|不要|不会|请勿|勿|不能|不用|不需要|切勿|绝不|从不|不)[^，,。！!？?\n]{0,6}$"
)
_REACH = 10
# Fine in a message of type markdown, a slip of a model anywhere else.
_MARKDOWN = re.compile(r"```|\*\*[^*\n]{1,40}\*\*|(?:^|\n)#{1,4} ")


def secrets(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of tokens, passwords and codes, and of requests for them; not warnings."""
    for found in _SECRET.finditer(text):
        if not _WARNED.search(text[max(0, found.start() - _REACH) : found.start()]):
            yield found.start(), found.end()


def inner(text: str, markdown: bool = False) -> Iterator[tuple[int, int]]:
    """(start, end) of what only a machine should have read; ``markdown``: its marks are fine."""
    for pattern in (_INNER, _AROUND, *(() if markdown else (_MARKDOWN,))):
        yield from ((found.start(), found.end()) for found in pattern.finditer(text))
