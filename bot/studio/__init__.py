"""Templates: read, checked, rendered. Pure, but for the loader in ``bot.studio.load``."""
