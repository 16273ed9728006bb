"""Pages of evidence and correction in the workbench."""
