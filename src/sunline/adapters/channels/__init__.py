"""Channels: one folder for each way to and from customers."""
