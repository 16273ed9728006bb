"""Reads of supervision: how timely, how correct, what is missing, who still has to say why."""
