"""Service levels: calendars and policies, why a target is due, and targets recomputed."""
