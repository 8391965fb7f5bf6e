"""HTML → text that can be read in a terminal."""
