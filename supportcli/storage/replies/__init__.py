"""Replies in the database: drafts, and the outbox with its bytes."""
