"""Rules about members: who they are, what they are worth, how far they have come. Pure."""
