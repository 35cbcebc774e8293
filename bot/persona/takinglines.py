"""The lines of ``[taking]`` in persona.toml: their names, and how they go where a persona has none
of its own. A sentence that names what is not known is left out."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.taking import TOO_LOW, WHY_NOT

LINES: Mapping[str, str] = {
    # what he did
    "checked": "「{title}」记上了。连着 {streak} 天了。这回记 {gained} 分。",
    "signed": "「{title}」报上名了。你的票号是「{ticket}」，开奖时对得上。{deadline}截止。",
    "asked": "「{title}」替你开好了。把「助力 {ticket}」这几个字转给朋友，让他来这里发给我，就算帮到你。{deadline}截止。",
    "teamed": "好，「{title}」你在「{team}」这一队了。",
    "voted": "「{title}」这一票记下了：{choice}。",
    "helped": "好，这一下算你帮到他了。",
    "entered": "收到了，「{title}」里有你一份。",
    "answered": "「{title}」的题你都答完了。{deadline}以后公布。",
    "cancel": "好，那就先不弄了。想起来再找我。",
    # what he is asked
    "quiz": "「{title}」\n{questions}\n一起回「1B 2A」这样，或者一道一道回，都行。{deadline}截止。",
    "vote": "「{title}」\n{options}\n回个数字就是投票。{deadline}截止。",
    "entry": "「{title}」\n{question}\n发在这里就行。{deadline}截止。",
    "team": "「{title}」按队来玩。你想进哪一队，把队名写过来。",
    "unknown_choice": "没对上号，再看看选项？\n{options}",
    "vote_entries": "「{title}」要投给谁，回「投票」加上他那份的号，像「投票 春风秋月」这样。",
    "which": "这会儿有好几样，你说的是哪一个？\n{activities}",
    # what he has
    "points": "你在「{circle}」有 {points} 分。没用掉的 {balance} 分。离「{next}」还差 {missing} 分。",
    "no_points": "你在圈里还没有分。打一次卡就有了，不急。",
    "level": "你现在是「{level}」，{points} 分。离「{next}」还差 {missing} 分。",
    "badges": "你有 {count} 枚徽章：{badges}。",
    "no_badges": "你还没有徽章，慢慢来，做着做着就有了。",
    "codename": "你现在的代号是「{codename}」。",
    "no_codename": "你还没有代号。想叫什么，回「代号」再加上名字就行，比如「代号 {example}」。",
    "named": "好，你的代号是「{codename}」了。",
    "name_pool": "这个名字圈里没有。可以挑的有：{names}。",
    "name_wait": "代号刚换过，{every}里只能换一次，过些时候再来。",
    "name_no": "这个名字用不了，最多 {most} 个字，也不要带点。",
    "rights": "这会儿可以领：\n{open}\n已经领过：{taken}。\n回「领取」加上名字就行。",
    "no_rights": "眼下没有你能领的，领过的也没有。",
    "rights_had": "已经领过：{taken}。眼下没有别的能领。",
    "claimed": "「{right}」给你留好了，同事会按这个兑给你。",
    "claim_no": "「{right}」这会儿领不了：{why}。",
    "activities": "这会儿能参加的：\n{activities}",
    "no_activities": "这会儿没有在办的活动。有了会在群里说。",
    "nothing_on": "这会儿没有能这样参加的活动。回「活动」看看有什么。",
    "seed_accepted": "说定了，谢谢你。种子用户当到 {deadline}，新东西先给你试，任务在「我的任务」里，有空才接。",
    "seed_declined": "好，明白了，不打扰。往后还是一样喝茶。",
    "seed_already": "这件事你已经答过我了，我记着呢。",
    "seed_late": "这份邀请过了日子，谢谢你还记着。下回有名额我再来问你。",
    "seed_none": "这会儿没有要你答复的邀请，有了我会来问你。",
    "missions": "你这会儿的任务：\n{activities}\n要接、要交，回「我的主页」打开来弄。",
    "no_missions": "这会儿没有给你的任务。",
    "home": "这是你自己的主页，{minutes} 分钟里打开有效，也只认头一部打开它的手机：{link}\n过期了再回我「我的主页」。",
    "not_here": "这个单独跟我说吧，群里大家都看得到。",
    "no_home": "主页这会儿打不开，想查什么直接问我就行。",
    # why not; what is said otherwise on the member's page stands beside the rules (store/answers)
    **WHY_NOT,
    "circle": "「{title}」是圈里的活动，先进圈再来。回「我要加入{circle}」就行。",
    "too_low": TOO_LOW,
    "colleague": "「{title}」是圈里的活动。同事要参加，请带圈的人先把你加进圈里。",
    "consent": "交上来的东西会给大家看。愿意的话，回一句「同意」就算交了。",
}
# What a line may name, beside the facts of any answer.
FACTS = frozenset({
    "title", "about", "question", "questions", "options", "deadline", "streak", "gained", "ticket",
    "choice", "team", "circle", "points", "balance", "level", "next", "missing", "badges", "count",
    "codename", "names", "example", "every", "most", "open", "taken", "right", "why", "activities",
    "link", "minutes",
})  # fmt: skip
