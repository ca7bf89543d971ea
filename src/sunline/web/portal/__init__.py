"""Public pages for customers: submit, track, rate; nobody signs in here."""
