"""Bytes → text: charsets, declared or detected, and transfer encodings."""
