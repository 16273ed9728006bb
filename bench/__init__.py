"""Measurements and the invented data they run on. `./dev bench` starts throw-away servers and calls `python -m bench`."""
