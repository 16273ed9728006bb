"""Sharing of what is not public: registered duty purposes (履职目的), the register of look-ups, and bulk exports.

A look-up names a purpose that the credit authority approved, is judged by gate G11 and registered whether answered or
refused; the answer holds only what the purpose names. A part of the records room, because what it reads are records.
"""
