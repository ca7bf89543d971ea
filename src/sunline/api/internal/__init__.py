"""JSON for our own tools: bulk registration, quick reads, health and metrics."""
