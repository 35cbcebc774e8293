"""wechatpy's catalogue of API calls, made awaitable by one override.

Its methods return whatever ``_request`` returns, so a coroutine there makes them awaitable.
The few that touch the result at once are refused by name (tech notes of the dependency: they
would silently do nothing, or break); a test walks the whole catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

import aiohttp
import orjson
from wechatpy.work import WeChatClient
from yarl import URL

from bot.wecom.errors import REFRESH_ONCE, ApiError, CallFailed
from bot.wecom.token import Tokens

REFUSED: Mapping[str, tuple[str, ...]] = {
    "agent": ("list",),
    "appchat": ("get",),
    "department": ("list", "simple_list", "get", "get_users", "get_map_users"),
    "email": ("get_public_email",),
    "external_contact": ("gen_all_by_user",),
    "external_contact_group_chat": ("list_all",),
    "jsapi": ("get_jsapi_ticket", "get_agent_jsapi_ticket"),
    "media": ("download", "get_url", "get_jssdk_url"),
    "menu": ("update",),
    "misc": ("get_wechat_ips",),
    "tag": ("list",),
    "user": ("list", "convert_to_user_id", "get_join_qrcode", "get_active_stat", "getuserid"),
}


class Api(WeChatClient):  # type: ignore[misc]
    """Calls of one application. ``base`` is the platform's URL without /cgi-bin."""

    def __init__(
        self,
        *,
        base: str,
        corp_id: str,
        secret: str,
        tokens: Tokens,
        http: aiohttp.ClientSession,
        timeout: float,
    ) -> None:
        super().__init__(corp_id, secret, auto_retry=False)
        self._http: Any  # wechatpy opened a requests session that nobody needs
        self._http.close()
        self._http = http
        self._tokens = tokens
        self._seconds = timeout
        self.API_BASE_URL = f"{base}/cgi-bin/"
        for module, names in REFUSED.items():
            for name in names:
                setattr(getattr(self, module), name, _refuse(module, name))

    async def call(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        seconds: float | None = None,
        **params: Any,
    ) -> dict[str, Any]:
        """POSTs ``body`` (GETs without one) to ``path``; the answer, whose errcode is 0.

        Raises ApiError, or CallFailed when no answer was understood.
        """
        kwargs: dict[str, Any] = {"params": params}
        if body is not None:
            kwargs["data"] = dict(body)
        method = "get" if body is None else "post"
        answer: dict[str, Any] = await self._request(method, path, seconds=seconds, **kwargs)
        return answer

    async def _token(self, path: str) -> str:
        """A token; without one the call itself certainly did not arrive."""
        try:
            return await self._tokens.get()
        except CallFailed as exc:
            raise CallFailed(exc.path, str(exc), arrived=False) from None

    async def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        processor = kwargs.pop("result_processor", None)
        params = {k: v for k, v in (kwargs.pop("params", None) or {}).items() if v is not None}
        data = _encode(kwargs)
        seconds = kwargs.pop("seconds", None) or self._seconds
        anonymous = url_or_endpoint.startswith("webhook/")
        for attempt in (1, 2):
            if not anonymous:
                params["access_token"] = await self._token(url_or_endpoint)
            answer = await exchange(
                self._http, method, self.API_BASE_URL + url_or_endpoint, params, data, seconds
            )
            code = errcode_of(answer, url_or_endpoint)
            if code in REFRESH_ONCE and attempt == 1 and not anonymous:
                await self._tokens.replace(params["access_token"])
                continue
            if code:
                raise ApiError(url_or_endpoint, code, str(answer.get("errmsg", "")))
            return processor(answer) if processor else answer
        raise AssertionError("unreachable")


class Answer(dict[str, Any]):
    """An answer of the platform. ``answer[name]`` for what it must hold raises CallFailed, for an
    answer without it was not understood; ``answer.get`` is for what it may hold."""

    def __init__(self, path: str, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self._path = path

    def __missing__(self, name: str) -> Any:
        raise CallFailed(self._path, f"the answer holds no {name}", arrived=True)


def errcode_of(answer: Mapping[str, Any], path: str) -> int:
    """The answer's errcode; a missing one counts as 0. Raises CallFailed for junk."""
    code = answer.get("errcode", 0)
    if isinstance(code, int) or (isinstance(code, str) and code.lstrip("-").isdigit()):
        return int(code)
    raise CallFailed(path, "the answer has no usable errcode", arrived=True)


def _encode(kwargs: dict[str, Any]) -> Any:
    data, files = kwargs.pop("data", None), kwargs.pop("files", None)
    if files:
        form = aiohttp.FormData()
        for name, part in files.items():
            filename, content = part[:2] if isinstance(part, tuple) else (name, part)
            form.add_field(name, content, filename=filename)
        return form
    return orjson.dumps(data) if isinstance(data, dict) else data


def _refuse(module: str, name: str) -> Any:
    def refused(*_: object, **__: object) -> NoReturn:
        raise NotImplementedError(
            f"{module}.{name} of wechatpy reads its answer before it is awaited; use Api.call"
        )

    return refused


async def fetch_token(
    http: aiohttp.ClientSession, base: str, corp_id: str, secret: str, seconds: float
) -> tuple[str, int]:
    """(token, lifetime in seconds). Raises ApiError or CallFailed (page 91039)."""
    params = {"corpid": corp_id, "corpsecret": secret}
    answer = await exchange(http, "get", f"{base}/cgi-bin/gettoken", params, None, seconds)
    code = errcode_of(answer, "gettoken")
    if code:
        raise ApiError("gettoken", code, str(answer.get("errmsg", "")))
    token, seconds_left = answer.get("access_token"), answer.get("expires_in", 7200)
    if not isinstance(token, str) or not token or not isinstance(seconds_left, int):
        raise CallFailed("gettoken", "the answer holds no token", arrived=False)
    return token, seconds_left


@lru_cache(maxsize=256)
def address(url: str, params: tuple[tuple[str, Any], ...]) -> URL:
    """The whole address of a call. Most calls differ in their body only."""
    return URL(url).extend_query(params)


@lru_cache(maxsize=64)
def patience(seconds: float) -> aiohttp.ClientTimeout:
    """A call's time as aiohttp wants it."""
    return aiohttp.ClientTimeout(seconds)


async def exchange(
    http: aiohttp.ClientSession, method: str, url: str, params: Mapping[str, Any], data: Any,
    seconds: float,
) -> dict[str, Any]:  # fmt: skip
    """One HTTP request; the JSON object in the answer. Raises CallFailed, and says whether the
    request may have arrived."""
    path = url.partition("/cgi-bin/")[2]
    try:
        async with http.request(
            method,
            address(url, tuple(params.items())),
            data=data,
            timeout=patience(seconds),
            allow_redirects=False,
        ) as response:
            raw = await response.read()
    except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as exc:
        raise CallFailed(path, f"not connected: {exc}", arrived=False) from None
    except (TimeoutError, aiohttp.ClientError, OSError) as exc:
        raise CallFailed(path, f"no answer: {type(exc).__name__}", arrived=True) from None
    if response.status != 200:
        raise CallFailed(path, f"HTTP {response.status}", arrived=response.status >= 500)
    try:
        answer = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise CallFailed(path, "the answer is no JSON", arrived=True) from None
    if not isinstance(answer, dict):
        raise CallFailed(path, "the answer is no object", arrived=True)
    return Answer(path, answer)
