"""What else one could serve with, each at its best."""
