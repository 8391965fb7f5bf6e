"""Docks in which something about a ticket is chosen."""
