"""Working calendars, limits by jurisdiction, and clocks that run, pause and fall due."""
