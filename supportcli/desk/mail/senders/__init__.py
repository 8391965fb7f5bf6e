"""What the team decides about senders: use cases."""
