"""Pages of catalog management in the workbench."""
