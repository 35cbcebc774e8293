"""The machine under the service: the data folder, its disk, the port."""

from __future__ import annotations

import asyncio
import errno
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.findings import Finding
from bot.wecom.doctor.case import Case, find

GIGABYTE = 1024**3
MOUNTS = Path("/proc/self/mounts")
NETWORK = ("nfs", "cifs", "smb", "9p", "ceph", "glusterfs", "fuse.sshfs", "fuse.s3fs", "afs",
           "lustre", "ncpfs", "fuse.rclone")  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What was seen. ``fault``: why the folder cannot be written, or empty."""

    fault: str
    filesystem: str
    free: int
    port_taken: bool


async def look(case: Case, mounts: Path = MOUNTS) -> Facts:
    """The facts of this machine, now."""
    folder = case.config.data_dir
    near = _nearest(folder)
    return Facts(fault=_fault(folder, near), filesystem=_filesystem(near, mounts),
                 free=shutil.disk_usage(near).free,
                 port_taken=await _taken(case.config.web.host, case.config.web.port))  # fmt: skip


def judge(case: Case, facts: Facts, running: bool) -> Iterator[Finding]:
    """``running``: a service of ours listens on the port."""
    data = case.spot("store", "data")
    shown = case.config.store.data
    if facts.fault:
        yield find("data-not-writable", data, shown, facts.fault)
    if not case.config.store.url and facts.filesystem.startswith(NETWORK):
        yield find("data-on-network", data, shown, facts.filesystem)
    if facts.free < GIGABYTE:
        yield find("disk-low", data, shown, f"{facts.free // 1024**2} MB are free")
    if facts.port_taken and not running:
        yield find("port-taken", case.spot("web", "port"), f"port {case.config.web.port}")


def _nearest(folder: Path) -> Path:
    """The folder, or what is there of the way to it."""
    return next(each for each in (folder, *folder.parents) if each.exists()).resolve()


def _fault(folder: Path, near: Path) -> str:
    """Tried, not asked: rights alone do not tell of a disk that went read-only."""
    if folder.exists() and not folder.is_dir():
        return "it is a file"
    try:
        with tempfile.TemporaryFile(dir=near):
            return ""
    except OSError as exc:
        return exc.strerror or type(exc).__name__


def _filesystem(path: Path, mounts: Path) -> str:
    """The type of the mount that holds ``path``; empty where the system does not say."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        _, at, fstype, *_ = (*line.split(" "), "", "", "")
        at = at.replace("\\040", " ")
        if path.is_relative_to(at or "/nowhere") and len(at) >= len(best):
            best, kind = at, fstype
    return kind


async def _taken(host: str, port: int) -> bool:
    if not port:
        return False
    try:
        server = await asyncio.start_server(lambda *_: None, host, port)
    except OSError as exc:
        return exc.errno == errno.EADDRINUSE
    server.close()
    await server.wait_closed()
    return False
