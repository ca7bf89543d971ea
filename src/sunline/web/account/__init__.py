"""Signing in and out, the second factor, single sign-on, one's own account, looking as a role."""
