"""A faithful fake of the WeCom platform over real HTTP and WebSocket.

Its own crypto, world, rules, faults, control plane and phone page; it imports nothing of the bot.
`python -m sandbox` starts it alone, `sandbox.server.Sandbox` inside a test.
"""
