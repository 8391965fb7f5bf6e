"""Customers and organisations: what the team knows about them, and what it decides."""
