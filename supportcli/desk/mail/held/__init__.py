"""Held mail: what waits for a person, what an agent does with it, and undoing that."""
