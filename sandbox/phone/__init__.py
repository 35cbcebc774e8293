"""The phone page: what a browser gets, and the live feed that keeps it in step with the world."""
