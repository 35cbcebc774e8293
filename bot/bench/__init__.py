"""``onevoice bench``: each part of the product against its own floor, measured in the same run."""
