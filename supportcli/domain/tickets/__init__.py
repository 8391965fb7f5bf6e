"""Tickets as values, and what is said about one that others changed."""
