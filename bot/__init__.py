"""OneVoice (同声): many accounts, one persona."""

__version__ = "0.1.0"
