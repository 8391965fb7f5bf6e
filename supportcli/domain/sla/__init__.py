"""Service levels: calendars, policies, and targets as a pure function of a ticket's events."""
