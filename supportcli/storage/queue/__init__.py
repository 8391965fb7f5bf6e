"""Who works on which ticket just now."""
