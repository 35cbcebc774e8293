"""The platform's rules: synchronous functions over a World. No I/O, no HTTP, no waiting."""
