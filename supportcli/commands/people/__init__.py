"""`supportcli customer` and `supportcli organisation`."""
