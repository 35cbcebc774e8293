"""What is published now: personas, templates, flows and calendar as one immutable snapshot."""
