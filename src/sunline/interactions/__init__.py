"""Every conversation on every channel, from first word to wrap-up."""
