"""Screens of the administrator: organisation, rules, health, audit."""
