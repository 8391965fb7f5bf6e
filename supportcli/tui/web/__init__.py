"""The inbox in a browser of this machine."""
