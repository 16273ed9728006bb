"""Pure decisions of the list: whether a scheme may exist, which step of a case is possible, whether an entry holds."""
