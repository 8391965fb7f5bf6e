"""What commands and inbox both show, as text in inks: rows, conversations, times, clocks, figures.
Pure."""
