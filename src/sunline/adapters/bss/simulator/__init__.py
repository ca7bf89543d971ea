"""A billing system that is made up: the same answer for the same number, every time."""
