"""Every endpoint of the platform that this sandbox plays; a path not listed does not exist."""

from __future__ import annotations

from sandbox.api import (
    appchat,
    archive,
    auth,
    bulk,
    contact,
    extra,
    group,
    kept,
    kf,
    labels,
    login,
    media,
    message,
    moment,
    oa,
)
from sandbox.api.base import Endpoint

MODULES = (
    auth,
    login,
    contact,
    labels,
    bulk,
    moment,
    group,
    extra,
    kf,
    kept,
    message,
    appchat,
    media,
    archive,
    oa,
)


def build() -> dict[str, Endpoint]:
    """Path (below /cgi-bin/) -> endpoint."""
    table: dict[str, Endpoint] = {}
    for module in MODULES:
        for endpoint in module.ENDPOINTS:
            if endpoint.path in table:
                raise ValueError(f"{endpoint.path} is listed twice")
            table[endpoint.path] = endpoint
    return table
