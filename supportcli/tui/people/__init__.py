"""The customer of the ticket under the cursor, beside it or on a key."""
