"""Results for people, in words and numbers."""
