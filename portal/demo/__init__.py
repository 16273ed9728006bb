"""Invented data for the demo: people, companies, decisions. Nothing here runs outside a demo (settings.DEMO)."""
