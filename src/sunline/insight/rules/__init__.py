"""Decisions of insight as plain functions."""
