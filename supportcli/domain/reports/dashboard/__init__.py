"""Figures of the reports that lead to their tickets: those of the desk, and those of my day."""
