"""The only room that knows the platform's habits: codec, client, channels, error table."""
