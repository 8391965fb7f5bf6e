"""Receiving and sending without end: one process, two threads for each mailbox."""
