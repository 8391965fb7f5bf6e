"""Answers that people write into a quote: in a colour, between its lines, or announced above it."""
