"""Pure decisions on what may enter the catalog."""
