"""Waiting work, and who gets it next."""
