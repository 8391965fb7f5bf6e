"""Invitations (iCalendar, RFC 5545 and 5546) → text: what, when, where, and who invites."""
