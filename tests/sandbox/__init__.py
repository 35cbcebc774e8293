"""The sandbox, tested from outside over HTTP and WebSocket."""
