"""The desk in the database: what identifies it, and its mailboxes."""
