"""Pages of repair and objections in the workbench: inbox, one case, the service window, papers, figures, rules."""
