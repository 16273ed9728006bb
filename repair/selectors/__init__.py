"""Reads of credit repair: rules and today's answer, cases an officer may see, what an applicant may see, figures."""
