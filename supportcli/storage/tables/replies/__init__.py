"""Tables of what leaves the desk, or will."""
