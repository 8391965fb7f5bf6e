"""What a desk is set up with: the servers of well-known providers."""
