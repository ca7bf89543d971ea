"""Screens by the viewer's job: desk, supervisor, manage, portal."""
