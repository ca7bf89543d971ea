"""The demo operator 阳光电信: who works there, whom they serve, and what happened in 90 days."""
