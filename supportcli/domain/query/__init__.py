"""The one search language."""
