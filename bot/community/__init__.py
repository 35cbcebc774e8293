"""What taking part comes to: points, levels, badges, code-names, activities. Pure rules over
events."""
