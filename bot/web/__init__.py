"""HTTP faces that are not for people: callbacks and health."""
