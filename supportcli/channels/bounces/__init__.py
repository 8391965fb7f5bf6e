"""Delivery reports: the structured ones, and those in prose."""
