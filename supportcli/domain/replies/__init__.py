"""Whom a reply goes to, and what becomes of it on its way."""
