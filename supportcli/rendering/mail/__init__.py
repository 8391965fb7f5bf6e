"""Mails and the files in them: those that are held, those that would leave, and those to read."""
