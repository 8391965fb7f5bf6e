"""Replies: written, held for some seconds, sent, and followed in the outbox."""
