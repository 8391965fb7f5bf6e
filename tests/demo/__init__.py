"""Tests of the demo's shop: its mail, its servers, its customers, and the whole demo in a pty."""
