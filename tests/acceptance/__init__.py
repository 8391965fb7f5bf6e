"""What takes minutes: kills, bursts and 100,000 tickets (`make acceptance`)."""
