"""How many people are needed, who is on, and how each is growing."""
