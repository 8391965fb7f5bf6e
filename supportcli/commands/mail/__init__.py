"""`supportcli mail` and `supportcli sync`: receiving, and why a mail is where it is."""
