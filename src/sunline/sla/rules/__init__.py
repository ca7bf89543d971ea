"""What a limit means in time: working hours, due moments, pauses, warnings and which limit wins."""
