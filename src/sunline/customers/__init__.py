"""Who the customer is, what they hold, their tier, consents and masked data."""
