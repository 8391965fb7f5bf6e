"""Tables of tickets and what is in them."""
