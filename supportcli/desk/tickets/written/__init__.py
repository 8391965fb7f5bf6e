"""What agents write down in tickets."""
