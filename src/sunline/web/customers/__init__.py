"""Screens on which a customer is found and seen whole."""
