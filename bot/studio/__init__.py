"""Templates: read, checked, rendered. Pure: ``bot.library`` reads the files."""
