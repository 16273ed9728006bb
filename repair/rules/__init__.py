"""Pure decisions of credit repair: may it be repaired, what may happen next in a case, which clock runs."""
