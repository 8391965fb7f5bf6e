"""Founding a desk, and what it shares: agents, mailboxes, starters, back-ups."""
