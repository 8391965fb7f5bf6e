"""Founding a desk, and what all of it shares: agents, mailboxes, starters, back-ups."""
