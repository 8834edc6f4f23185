"""The pages of accounts: those of staff, of who was invited, of who signs in elsewhere."""
