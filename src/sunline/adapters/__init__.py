"""The outside world behind ports: channels, BSS systems, files."""
