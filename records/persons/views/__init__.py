"""Pages of natural persons in the workbench: the register of consents and the window."""
