"""The pages of staff that say who may read what, and change it."""
