"""The commands of ``onevoice``, one file each."""
