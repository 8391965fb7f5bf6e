"""What becomes of a mail: what is known around it, the rules in their order, and what holds a
conversation together."""
