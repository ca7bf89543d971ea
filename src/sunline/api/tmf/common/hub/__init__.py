"""Notifications: who wants which events, and their delivery in order, signed and guarded."""
