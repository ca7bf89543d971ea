"""The figures, the hot topics, the warnings, and the improvements they lead to."""
