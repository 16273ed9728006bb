"""Pages of identity in the workbench."""
