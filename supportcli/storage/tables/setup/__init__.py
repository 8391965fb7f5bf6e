"""Tables of the desk and its team."""
