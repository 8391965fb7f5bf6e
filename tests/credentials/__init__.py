"""Tests of supportcli.credentials."""
