"""People beyond their names: customers' profiles, organisations, and the history of both."""
