"""Mail servers: IMAP and SMTP, limits for their answers, and what goes wrong on the way."""
