"""Canned responses and macros: written, filled in for a ticket, and kept as files."""
