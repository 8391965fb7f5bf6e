"""Tickets: the verbs of agents, what inbox and lists read, and what others did meanwhile."""
