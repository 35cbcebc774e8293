"""The mock `ww` and `wx` in a JavaScript engine, as a sidebar page uses them."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import CORP, house
from tests.sandbox.test_sidebar import FRIEND, PAGE, signed

NODE = shutil.which("node")
SCRIPT = Path(__file__).parent / "node" / "ww.js"
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


async def run(given: dict[str, Any]) -> list[Any]:
    pipe = asyncio.subprocess.PIPE
    words = [NODE or "node", str(SCRIPT), json.dumps(given)]
    process = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe)
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    found: list[Any] = json.loads(out)
    return found


def test_ww_and_wx() -> None:
    async def main() -> None:
        async with house() as home:
            base = home.box.urls()["sandbox"]
            given = {"page": PAGE, "corp": CORP, "agent": 1000002}
            given["script"] = f"{base}/jssdk/ww.js?userid=lin.xi&customer={FRIEND}"
            given["config"] = await signed(home, False)
            given["agentConfig"] = await signed(home, True)
            context, contact, chat, sent, config, old, wrong = await run(given)
            assert context["entry"] == "single_chat_tools"
            assert contact["userId"] == FRIEND
            assert contact["errMsg"] == "getCurExternalContact:ok"
            assert chat["errMsg"].startswith("getCurExternalChat:fail without context")
            assert sent["errMsg"] == "sendChatMessage:ok"
            assert config["errMsg"] == "agentConfig:ok"
            assert old["err_msg"] == "getCurExternalContact:ok" and old["userId"] == FRIEND
            assert wrong["errMsg"].startswith("agentConfig:fail")
            assert await home.texts(FRIEND) == [("contact", "text", "您好")]

    asyncio.run(main())
