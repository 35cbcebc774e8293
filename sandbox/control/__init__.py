"""The control plane under /sandbox/: what people and tests do to the world from outside."""
