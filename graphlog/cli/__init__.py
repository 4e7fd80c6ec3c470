"""The command line, one thin command a file.

``commands`` lists the commands. A command asks the library for plain data and has ``output`` show it: as a
table, or with ``--json`` as JSON. It returns its exit status: 0 where all is fine, 1 where something was
found that it looks for. Whatever raises ends in one line on stderr and exit status 2 (``app.main``).
"""
