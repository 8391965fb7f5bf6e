"""Tickets in the inbox: the list, the filter, the conversation, and the verbs."""
