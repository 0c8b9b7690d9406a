"""``python -m hermetic_nb`` is the command ``hermetic``."""

import sys

from hermetic_nb.cli import main

sys.exit(main())
