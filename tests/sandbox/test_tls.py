"""The same platform over TLS, trusted by its own CA only."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import aiohttp
import pytest

from sandbox.tls import write_ca
from tests.sandbox.conftest import house

ROBOT = {"bot_id": "aibBANZHAN01", "secret": "sandbox-robot-secret"}


def test_tls_with_the_own_ca(tmp_path: Path) -> None:
    async def main() -> None:
        async with house(tls_port=0) as home:
            box, http = home.box, home.http
            assert box.authority is not None and box.tls_port
            write_ca(box.authority, tmp_path / "ca.pem")
            context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
            base = f"https://127.0.0.1:{box.tls_port}"
            async with http.get(base + "/cgi-bin/getcallbackip", ssl=context) as found:
                assert (await found.json())["errcode"] == 41001
            async with http.ws_connect(base, ssl=context) as socket:
                hello = {"cmd": "aibot_subscribe", "headers": {"req_id": "a"}, "body": ROBOT}
                await socket.send_json(hello)
                assert (await socket.receive_json())["errcode"] == 0
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await http.get(base)

    asyncio.run(main())
