"""Mail in the database: the ledger of what is on the servers, raw bytes, and what was decided."""
