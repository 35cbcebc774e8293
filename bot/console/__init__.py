"""Pages for staff. They read and write rows; live calls are ports that bot.app hands in."""
