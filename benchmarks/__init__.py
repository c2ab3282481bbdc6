"""What the package costs, measured side by side with stock minos and with others. ``make bench`` runs it."""
