"""What a customer asked for, complained of or needs fixed, until it is closed."""
