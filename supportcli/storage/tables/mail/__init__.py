"""Tables of received mail."""
