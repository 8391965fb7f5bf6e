"""The parts of a mail, and which of them are its text."""
