"""Trains, exports and evaluates the network in `weights/`; run `python -m train`. Nothing here is needed to serve."""
