"""``/m``: the page at which a member takes part, and sees what the brand knows of him."""
