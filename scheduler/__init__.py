"""Decides *when*: recurrences, flows, the calendar, and the tick that acts on what is due."""
