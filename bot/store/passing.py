"""Passes of this configuration, sealed by AES-SIV (RFC 5297), which needs no chance."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.core.config import Config
from bot.core.credentials import app_secrets
from bot.core.passes import Passes, derived

_PURPOSE = b"onevoice/member-page/2"


class Siv:
    """AES-256 in the mode SIV; both halves of its key follow from one."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(derived(key, b"siv 1") + derived(key, b"siv 2"))

    def seal(self, words: bytes) -> bytes:
        """See Sealer."""
        return self._cipher.encrypt(words, None)

    def open(self, sealed: bytes) -> bytes | None:
        """See Sealer."""
        try:
            return self._cipher.decrypt(sealed, None)
        except InvalidTag:
            return None


def passes_of(config: Config, here: str = "") -> Passes:
    """What serves this configuration. ``here``: where this process listens, which is as good as a
    public address in the sandbox alone. Raises BadInput without a secret."""
    name = next((name for name, app in config.wecom.apps.items() if app.kf),
                next(iter(config.wecom.apps)))  # fmt: skip
    secret = app_secrets(config, name).secret
    base = config.web.public_url or (here if config.sandbox else "")
    page = config.member_page
    key = derived(secret.encode(), _PURPOSE)
    return Passes(sealer=Siv(key), key=key, base=base.rstrip("/"), link=page.ms("link"),
                  stay=page.ms("stay"))  # fmt: skip
