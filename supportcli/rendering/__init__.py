"""What commands and inbox both show, as lines of text in inks: ticket rows, conversations, times,
clocks, figures. Pure."""
