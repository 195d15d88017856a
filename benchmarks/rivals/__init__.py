"""Other ways to run problem P, each in the form that its users would write."""
