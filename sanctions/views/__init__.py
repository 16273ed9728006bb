"""Pages of the sanctions room."""
