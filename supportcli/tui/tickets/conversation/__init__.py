"""Reading a conversation: what was seen of it, and what can be done with one of its messages."""
