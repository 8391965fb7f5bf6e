"""The servers: IMAP and SMTP, what one answer may cost, and what goes wrong on the way."""
