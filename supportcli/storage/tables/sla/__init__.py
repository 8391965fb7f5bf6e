"""Tables of service levels."""
