"""The staff page of who did what, and what it gives to take away."""
