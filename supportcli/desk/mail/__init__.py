"""Receiving: one pass over the mailboxes, from the server to a ticket, and the mail that waits for
a person."""
