"""``python -m graphlog``: the command line."""

from graphlog.cli.app import main

main()
