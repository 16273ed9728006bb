"""Pages of sharing in the workbench: purposes, look-ups and their register, exports."""
