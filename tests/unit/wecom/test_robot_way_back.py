"""A robot in URL mode answers to the platform, not to whomever a forged message names."""

from __future__ import annotations

import pytest

from bot.wecom.robot.sending import is_ours

LIVE = "https://qyapi.weixin.qq.com"
PATH = "/cgi-bin/aibot/response?response_code=RC1"


@pytest.mark.parametrize("url", [LIVE + PATH, "https://qyapi.weixin.qq.com:443" + PATH,
                                 "https://open.work.weixin.qq.com" + PATH])  # fmt: skip
def test_the_platform_is_answered(url: str) -> None:
    assert is_ours(url, LIVE)


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:8080/metrics", "file:///etc/passwd",
     "http://qyapi.weixin.qq.com" + PATH, "https://qyapi.weixin.qq.com:8443" + PATH,
     "https://weixin.qq.com.evil.example" + PATH, "https://evilweixin.qq.com" + PATH,
     "https://qyapi.weixin.qq.com@evil.example" + PATH, "https://[::1" + PATH, "https://a:b" + PATH,
     "//qyapi.weixin.qq.com" + PATH, "", "x"],
)  # fmt: skip
def test_nobody_else_is(url: str) -> None:
    assert not is_ours(url, LIVE)


def test_an_own_gateway_is_the_platform_too() -> None:
    assert is_ours("https://gate.example:444" + PATH, "https://gate.example:444")
    assert not is_ours("https://gate.example" + PATH, "https://gate.example:444")


def test_the_sandbox_is_on_this_machine() -> None:
    assert is_ours("http://127.0.0.1:9" + PATH, "")
    assert not is_ours("http://10.0.0.1:9" + PATH, "")
