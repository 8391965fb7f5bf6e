"""`supportcli outbox`: replies on their way."""
