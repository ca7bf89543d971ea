"""Simulated customers and staff, so that the screens of the demo move."""
