"""The two engines: SQLite and PostgreSQL, their locks, transactions and back-ups."""
