"""Tickets as values, and the sentence about a ticket that others changed."""
