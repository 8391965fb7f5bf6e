"""What commands and inbox both show, as text in inks: rows, conversations, times, SLA clocks,
figures. Pure."""
