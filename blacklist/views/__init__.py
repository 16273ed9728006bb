"""Pages of the list in the workbench: the board, one case, its steps, entries, schemes."""
