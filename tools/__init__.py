"""What the Makefile runs: set-up, and the documents' tables."""
