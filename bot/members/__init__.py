"""What is known and reckoned of members: pure rules over the events of their log."""
