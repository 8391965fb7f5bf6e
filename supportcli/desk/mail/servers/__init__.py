"""What is done on mail servers: mails are fetched, large ones part by part, old ones compared with
what was sent, and marked or moved if somebody wants that."""
