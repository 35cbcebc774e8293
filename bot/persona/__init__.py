"""Persona scripts: understood, matched, decided. Pure, but for ``load.read_persona_folder``."""
