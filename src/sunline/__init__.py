"""Sunline, the customer-service management system of a telecom operator."""

__version__ = "0.1.0"
