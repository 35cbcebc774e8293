"""Conversation tests that a brand keeps beside its personas: read, play, judge, count."""
