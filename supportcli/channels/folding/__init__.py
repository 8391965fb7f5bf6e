"""Reply folding: which lines are a quote of an earlier mail, and which are the sender's own."""
