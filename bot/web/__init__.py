"""The house's windows: health, metrics, dashboard, feeds, and the webhook's letter box."""
