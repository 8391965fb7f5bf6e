"""What is set up, to look at."""
