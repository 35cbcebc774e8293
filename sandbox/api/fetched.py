"""Media by URL (page 96219): a job fetches the file, up to 200 MB; its id serves media/get and
welcome material only."""

from __future__ import annotations

import hashlib

import aiohttp

from sandbox.api.base import POST, Call, Endpoint
from sandbox.errors import ApiError
from sandbox.fields import Json, number, text
from sandbox.rules import media
from sandbox.rules.media import MB, Upload
from sandbox.world.world import World
from sandbox.xmlform import Element

SHELF, SCOPE = "upload_jobs", "by_url"
RUNNING, DONE, FAILED = 1, 2, 3
MOST, SECONDS = 200 * MB, 30
BAD_URL, NO_DATA, TOO_BIG, BAD_MD5 = 830001, 830003, 45001, 301019


def upload_by_url(call: Call) -> Json:
    """Begin a job; `upload_media_job_finish` tells of its end."""
    if not call.args["url"].startswith(("http://", "https://")):
        raise ApiError(BAD_URL)
    jobid = call.world.secret_id("jobU", 24)
    job = dict(call.args) | {"app": call.app.name, "status": RUNNING, "made": call.world.now()}
    call.world.store.shelf.setdefault(SHELF, {})[jobid] = job
    call.world.errands.run(_work(call.world, jobid, job))
    return {"jobid": jobid}


async def _work(world: World, jobid: str, job: Json) -> None:
    try:
        data = await _fetch(job["url"])
        job["detail"] = _keep(world, job, data)
        job["status"] = DONE
    except ApiError as error:
        job["status"] = FAILED
        job["detail"] = {"errcode": error.errcode, "errmsg": error.errmsg}
    app = world.config.app(job["app"])
    name = "upload_media_job_finish"
    elements: list[Element] = [("MsgType", "event"), ("Event", name), ("JobId", jobid)]
    world.emit_to([app] if app and "app" in app.receives else [], name, elements, "sys")
    world.mark()


async def _fetch(url: str) -> bytes:
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(url) as answer:
            if answer.status != 200:
                raise ApiError(NO_DATA, f"http {answer.status}")
            data = await answer.content.read(MOST + 1)
            while len(data) <= MOST and (more := await answer.content.read(MB)):
                data += more
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise ApiError(NO_DATA) from None
    if len(data) > MOST:
        raise ApiError(TOO_BIG)
    return data


def _keep(world: World, job: Json, data: bytes) -> Json:
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != job["md5"].lower():
        raise ApiError(BAD_MD5)
    upload = Upload(job["filename"], "application/octet-stream", data)
    made = media.keep(world, job["type"], SCOPE, upload)
    created = str(made.created_at // 1000)
    return {"errcode": 0, "errmsg": "ok", "media_id": made.id, "created_at": created}


def result(call: Call) -> Json:
    """1 at work, 2 done, 3 failed with the reason under `detail`."""
    job = call.world.store.shelf.get(SHELF, {}).get(call.args["jobid"])
    if job is None or job["app"] != call.app.name:
        raise ApiError(40058, "jobid")
    return {"status": job["status"]} | ({"detail": job["detail"]} if "detail" in job else {})


ENDPOINTS = (
    Endpoint(
        "media/upload_by_url",
        upload_by_url,
        POST,
        {
            "scene": number(1, 1, required=True),
            "type": text(required=True, missing=40004, bad=40004, choices=tuple(media.TEMP)),
            "filename": text(256, required=True),
            "url": text(1024, required=True, missing=41010, over=40039),
            "md5": text(32, required=True),
        },
    ),
    Endpoint("media/get_upload_by_url_result", result, POST, {"jobid": text(64, required=True)}),
)
