"""How good the service was, as scores from customers and from inspectors."""
