"""Mails that a mail forwards: attached, or with their headers above its text."""
