"""Other outside services behind small ports."""
