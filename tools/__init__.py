"""What the Makefile runs: setting up, and writing the documents' tables."""
