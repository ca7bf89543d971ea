"""Screens of the people who work on tickets."""
