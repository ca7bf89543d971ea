"""What is known and the guided steps to use it, for people and for machines."""
