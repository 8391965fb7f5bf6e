"""`supportcli report`: tables, charts, pages, and data for programs."""
