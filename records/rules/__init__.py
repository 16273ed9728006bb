"""Pure decisions of the intake: cells → checked values → verdict. No I/O; everything known is handed in as facts.

Work is done by column and by distinct value, never by row where a column will do: an authority's code is checked
once a file, a date once a day. One record from the API takes the same way as a chunk of one row.
"""
