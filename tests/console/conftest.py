"""The databases of the contract tests, for pages that are looked at on both engines."""

from __future__ import annotations

from tests.contract.conftest import db, other, pg

__all__ = ["db", "other", "pg"]
