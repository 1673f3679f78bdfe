"""The soak: people who come, draw and vanish for a long time, and whether anything is left behind."""
