"""What happens to a mail: what is known about it, the rules in order, and what holds a conversation
together."""
