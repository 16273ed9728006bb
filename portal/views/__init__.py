"""Pages of the public site. They only read; visibility is decided by selectors and disclosure."""
