"""Service levels in the database: calendars, policies and targets."""
