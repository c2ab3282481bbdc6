"""What the package costs, measured side by side with stock minos and with others. ``make bench`` runs it."""

import warnings

# aiomisc, on which minos stands, says it whenever minos is imported.
warnings.filterwarnings("ignore", "pkg_resources is deprecated")
