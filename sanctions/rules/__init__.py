"""Decisions of the sanctions room: pure functions over plain values."""
