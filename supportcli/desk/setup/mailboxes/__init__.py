"""Changing a mailbox."""
