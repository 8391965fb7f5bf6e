"""How commands answer: printed, on a meter, into a file."""
