"""Header blocks: fields, addresses, parameters, dates, and what they say about their mail."""
