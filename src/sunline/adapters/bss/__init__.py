"""Billing systems of operators, each behind the port of the customers room."""
