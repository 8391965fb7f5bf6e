"""Tickets in the database: people, messages, history, lists and the search index."""
