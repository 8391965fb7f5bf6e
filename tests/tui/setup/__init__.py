"""What is set up, seen in the inbox."""
