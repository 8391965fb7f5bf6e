"""Mail and tables in files, read as streams."""
