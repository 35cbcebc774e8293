"""``--lazily``: a worker of the tests imports a file when the file's turn comes.

Each of them would otherwise import and unfold all ten thousand tests to run a third of them. What the
workers agree on at the beginning are the files: each stands in the list as one item, and whoever is
given it collects it, with all that pytest does to what it collects, and runs what it found.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--lazily", action="store_true", help="collect a file when its turn comes")


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Later | None:
    if not parent.config.getoption("--lazily"):
        return None
    return Later.from_parent(parent, path=module_path)  # type: ignore[no-any-return]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    if not isinstance(item, Whole):
        return None
    session, place = item.session, item.session.items.index(item)
    found = unfolded(item)
    for one, following in zip(found, [*found[1:], nextitem], strict=False):
        session.items[place] = one  # what is reported is what stands there
        item.config.hook.pytest_runtest_protocol(item=one, nextitem=following)
        if session.shouldfail or session.shouldstop:
            break
    session.items[place] = item
    if not found:  # the test before left standing what it shares with this file, for its tests
        session._setupstate.teardown_exact(nextitem)
    return True


def unfolded(item: Whole) -> list[pytest.Item]:
    """The tests of one file that are wanted. What cannot be imported is reported as ever."""
    session, holder = item.session, item.parent
    assert holder is not None and holder.parent is not None
    gc.disable()
    try:
        module: pytest.Module = pytest.Module.from_parent(holder.parent, path=item.path)
        found = list(session.genitems(module))
        item.config.hook.pytest_collection_modifyitems(
            session=session, config=item.config, items=found
        )
        return found
    finally:
        gc.enable()


class Later(pytest.File):
    """A file that nobody has imported."""

    def collect(self) -> Iterator[Whole]:
        yield Whole.from_parent(self, name=self.path.name)


class Whole(pytest.Item):
    """All that stands in it."""

    def __init__(self, name: str, parent: Later) -> None:
        super().__init__(name, parent, nodeid=parent.nodeid)

    def runtest(self) -> None:
        raise AssertionError("its tests run, one by one")

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name
