"""Deciding the mails that wait: in windows, while the next ones are parsed."""
