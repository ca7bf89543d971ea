"""JSON interfaces: TM Forum Open APIs and the internal ones."""
