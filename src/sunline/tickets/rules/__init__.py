"""Decisions about tickets as plain functions of values."""
