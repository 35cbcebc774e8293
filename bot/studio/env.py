"""The Jinja2 environment: no globals, our own filters, nothing but plain data inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, StrictUndefined
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.studio import filters

FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType({
    "default": filters.default, "upper": filters.upper, "lower": filters.lower,
    "trim": filters.trim, "length": filters.length, "first": filters.first, "last": filters.last,
    "round": filters.rounded, "date": filters.day, "money": filters.money,
    "truncate": filters.truncate,
})  # fmt: skip
TESTS: Mapping[str, Callable[..., bool]] = MappingProxyType({
    "defined": filters.defined, "undefined": filters.undefined, "none": filters.none,
})  # fmt: skip


class _Context(Context):
    """Only variables: what blocks, imports and globals need is not on the list of syntax.

    Made once a text, so what Jinja2's own makes for them is a third of the time of a short one.
    """

    def __init__(
        self, environment: Environment, parent: dict[str, Any], *_: Any, **__: Any
    ) -> None:
        self.environment, self.parent, self.vars = environment, parent, {}


class _Environment(ImmutableSandboxedEnvironment):
    """Fields are keys of a mapping (and of ``loop``), never attributes of Python objects."""

    context_class = _Context

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext):
            return getattr(obj, attribute)
        return self._key(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if (
            isinstance(obj, tuple)
            and isinstance(argument, int)
            and -len(obj) <= argument < len(obj)
        ):
            return obj[argument]
        return self._key(obj, argument)

    def _key(self, obj: Any, key: Any) -> Any:
        if isinstance(obj, Mapping) and key in obj:
            return obj[key]
        return self.undefined(obj=obj, name=key)


def _environment() -> _Environment:
    # Blocks on a line of their own leave no empty line in a chat text.
    env = _Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True,
                       lstrip_blocks=True, cache_size=0, extensions=[])  # fmt: skip
    env.globals = {}
    env.filters = dict(FILTERS)
    env.tests = dict(TESTS)
    return env


ENV = _environment()
