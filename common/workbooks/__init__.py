"""Workbooks (.xlsx) as they are handed in by any room: read as a stream, each cell for what it is."""
