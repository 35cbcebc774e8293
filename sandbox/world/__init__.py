"""The world: its records, where they are kept, how they are read from and written to disk."""
