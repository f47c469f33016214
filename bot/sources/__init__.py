"""The west room: fetches portals and reads what they publish into items."""
