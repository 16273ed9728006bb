"""Pure decisions of supervision: was it in time, which numbers are missing."""
