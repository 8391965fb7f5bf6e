"""Bytes → text: charsets, declared or proved, and transfer encodings."""
