"""One cast, clock and set of payloads for tests, demo and screenshots alike."""
