"""Settings, URLs and the one page that says who listens to what."""
