"""Files in: archives of mail, and tickets out of tables and exports."""
