"""A mail compared with the text that we stored."""
