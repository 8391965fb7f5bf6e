"""Held mail: what waits for a person, what an agent does about it, and taking that back."""
