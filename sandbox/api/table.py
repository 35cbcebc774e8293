"""Every endpoint of the platform that this sandbox plays; a path not listed does not exist."""

from __future__ import annotations

from sandbox.api import (
    aibot,
    appchat,
    archive,
    auth,
    bulk,
    contact,
    directory,
    extra,
    fetched,
    group,
    kept,
    kf,
    labels,
    login,
    media,
    message,
    moment,
    oa,
    served,
)
from sandbox.api.base import Endpoint

MODULES = (
    auth,
    directory,
    login,
    contact,
    served,
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
    fetched,
    aibot,
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
