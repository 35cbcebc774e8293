"""One robot program for both SDKs: `robot_script.py aibot|wecom_aibot_sdk URL BOT SECRET BEAT`.

BEAT is the heartbeat in ms.

Run as a process of its own, with the trust bundle set by its environment. It says what it lives
through as JSON lines on stdout, and it answers by the words it is asked.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
from typing import Any

CARD = {
    "card_type": "button_interaction",
    "main_title": {"title": "排班"},
    "button_list": [{"text": "好", "style": 1, "key": "ok"}],
    "task_id": "t1",
}
VOICE = b"#!AMR" + bytes(range(256)) * 3000


def tell(event: str, **more: Any) -> None:
    print(json.dumps({"event": event} | more), flush=True)  # noqa: T201


def make(sdk: str, url: str, bot: str, secret: str, beat: str) -> Any:
    """A client by the SDK's own constructor."""
    if sdk == "aibot":
        import aibot

        options = {"bot_id": bot, "secret": secret, "ws_url": url}
        more = {"heartbeat_interval": int(beat), "max_reconnect_attempts": 1}
        return aibot.WSClient(aibot.WSClientOptions(**options, **more, logger=Quiet()))
    import wecom_aibot_sdk

    return wecom_aibot_sdk.WSClient(
        bot, secret, ws_url=url, heartbeat_interval=int(beat), logger=Quiet()
    )


class Quiet:
    """Logs go to stderr: stdout belongs to the test."""

    def debug(self, *words: Any) -> None: ...

    def info(self, *words: Any) -> None: ...

    def warn(self, *words: Any) -> None:
        sys.stderr.write(f"{words}\n")

    error = warn


async def upload(client: Any) -> str:
    """The SDK's own upload, or the three commands through its general reply."""
    if hasattr(client, "upload_media"):
        made = await client.upload_media(VOICE, type="voice", filename="a.amr")
        return str(made["media_id"])
    pieces = [VOICE[at : at + 512 * 1024] for at in range(0, len(VOICE), 512 * 1024)]
    start = {"type": "voice", "filename": "a.amr", "total_size": len(VOICE)}
    start |= {"total_chunks": len(pieces), "md5": hashlib.md5(VOICE).hexdigest()}
    begun = await command(client, "init", start)
    for index, piece in enumerate(pieces):
        data = {"chunk_index": index, "base64_data": base64.b64encode(piece).decode()}
        await command(client, "chunk", begun | data)
    return str((await command(client, "finish", begun))["media_id"])


async def command(client: Any, name: str, body: dict[str, Any]) -> dict[str, Any]:
    cmd = f"aibot_upload_media_{name}"
    frame = {"headers": {"req_id": f"{cmd}_1790000000000_{body.get('chunk_index', 0)}"}}
    answer = await client.reply(frame, body, cmd)
    return dict(answer.get("body") or {})


async def stream(client: Any, frame: Any) -> None:
    for text, done in (("八", False), ("八十", False), ("八十五度", True)):
        answer = await client.reply_stream(frame, "S1", text, done)
        assert answer["errcode"] == 0, answer


async def card(client: Any, frame: Any) -> None:
    await client.reply_template_card(frame, CARD)


async def voice(client: Any, frame: Any) -> None:
    body = {"media_id": await upload(client)}
    await client.reply(frame, {"msgtype": "voice", "voice": body})


async def push(client: Any, frame: Any) -> None:
    userid = frame["body"]["from"]["userid"]
    body = {"msgtype": "markdown", "markdown": {"content": "**早**"}}
    await client.send_message(userid, body)


ANSWERS = {"stream": stream, "card": card, "voice": voice, "push": push}


def listen(client: Any) -> None:
    """Every event the test asks for."""

    async def on_text(frame: Any) -> None:
        word = frame["body"]["text"]["content"]
        await ANSWERS[word](client, frame)
        tell("answered", word=word)

    async def on_image(frame: Any) -> None:
        image = frame["body"]["image"]
        found = await client.download_file(image["url"], image["aeskey"])
        data = found["buffer"] if isinstance(found, dict) else found[0]
        tell("image", head=data[:3].hex())

    async def on_enter(frame: Any) -> None:
        await client.reply_welcome(frame, {"msgtype": "text", "text": {"content": "来啦"}})
        tell("welcomed")

    async def on_click(frame: Any) -> None:
        changed = CARD | {"main_title": {"title": "已排"}}
        await client.update_template_card(frame, changed)
        tell("updated", key=frame["body"]["event"]["template_card_event"]["event_key"])

    client.on("authenticated", lambda *_: tell("authenticated"))
    client.on("error", lambda error: tell("error", text=str(error)))
    client.on("disconnected", lambda *_: tell("disconnected"))
    client.on("message.text", on_text)
    client.on("message.image", on_image)
    client.on("event.enter_chat", on_enter)
    client.on("event.template_card_event", on_click)
    client.on("event.feedback_event", lambda _: tell("feedback"))
    client.on("event.disconnected_event", lambda _: tell("replaced"))


async def main() -> None:
    client = make(*sys.argv[1:6])
    listen(client)
    await client.connect()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
