"""Header blocks: fields, addresses, parameters, dates, and what they tell of their mail."""
