"""Which key is which action: the table's, a preset's, and those of one's own (`[keys]`)."""
