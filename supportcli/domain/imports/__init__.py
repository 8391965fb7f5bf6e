"""Tickets as files bring them."""
