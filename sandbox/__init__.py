"""Stand-ins for systems that others run, for the demo and for tests. Nothing of the platform imports this package."""
