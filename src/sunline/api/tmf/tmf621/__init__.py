"""TMF621 Trouble Ticket, v4.0.0 and v5.0.1, over the tickets room."""
