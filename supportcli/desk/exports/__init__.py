"""Files out: mail, JSON Lines and tables."""
