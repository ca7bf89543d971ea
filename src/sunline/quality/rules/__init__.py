"""Decisions of quality as plain functions."""
