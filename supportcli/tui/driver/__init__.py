"""The terminal: typed ahead, pasted into, and as Textual drives it."""
