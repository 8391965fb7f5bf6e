"""Canned responses and macros: values, the language they are written in, and what they may name."""
