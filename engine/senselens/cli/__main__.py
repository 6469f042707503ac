"""``python -m senselens.cli``: the command, where it is not on the path."""

import sys

from senselens.cli import main

sys.exit(main())
