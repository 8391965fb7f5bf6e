"""How replies get to their recipients: the steps that are written down, the pace, the copies."""
