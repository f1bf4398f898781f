"""Pages before and around the login."""
