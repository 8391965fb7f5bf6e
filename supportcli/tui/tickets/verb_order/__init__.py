"""Verbs one after the other: what waits for the one before, and what is done once more."""
