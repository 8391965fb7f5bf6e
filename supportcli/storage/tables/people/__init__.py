"""Tables of the people who write, and of their organisations."""
