"""A conversation as lines: its heading, its messages, and what was done in between."""
