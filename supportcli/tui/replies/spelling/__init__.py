"""Spelling: the agent's own spell checker, and its marks in the composer."""
