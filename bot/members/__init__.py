"""What follows from events about members: pure rules over ``bot.core.event``."""
