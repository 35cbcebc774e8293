"""World files for the harness: the sample brand's people, few or many."""

from __future__ import annotations

HEAD = """
[corp]
id = "wwSANDBOX00000001"
name = "测试"
[[app]]
name = "assistant"
agent_id = 1000002
secret = "sandbox-secret-assistant"
token = "SandboxToken42"
encoding_aes_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
receives = ["app", "contact", "kf"]
[[robot]]
bot_id = "aibBANZHAN01"
secret = "sandbox-robot-secret"
name = "小盏"
groups = ["wrINTERNAL01"]
[[kf]]
open_kfid = "wkBANZHAN01"
name = "茶事"
servicers = ["lin.xi"]
[[kf]]
open_kfid = "wkBANZHAN02"
name = "售后"
servicers = ["chen.mo"]
[[kf]]
open_kfid = "wkBANZHAN03"
name = "老顾茶话"
servicers = ["gu.song"]
[[staff]]
userid = "lin.xi"
name = "林溪"
can_add = true
[[staff]]
userid = "chen.mo"
name = "陈陌"
can_add = true
[[staff]]
userid = "gu.song"
name = "老顾"
can_add = false
[[staff]]
userid = "he.qing"
name = "何青"
can_add = false
[[customer]]
id = "wmBANZHAN0001"
name = "青柚"
friends = ["lin.xi"]
[[group]]
chat_id = "wrINTERNAL01"
name = "门店群"
kind = "internal"
owner = "he.qing"
members = ["lin.xi", "chen.mo"]
webhook_keys = ["wh-BANZHAN-01"]
[[group]]
chat_id = "wrBANZHAN01"
name = "茶友一群"
kind = "customer"
owner = "lin.xi"
members = ["wmBANZHAN0001"]
"""


def sheet(*, staff: int = 0, **rules: object) -> str:
    """A world with ``staff`` more members; ``rules`` with ``__`` for the dot of their names."""
    people = "".join(
        f'[[staff]]\nuserid = "s{n:05d}"\nname = "同事{n}"\ncan_add = false\n' for n in range(staff)
    )
    numbers = "".join(f"{key.replace('__', '.')} = {value}\n" for key, value in rules.items())
    return f"{HEAD}{people}[rules]\n{numbers}"
