"""`supportcli canned`: canned responses and macros."""
