"""Settings, root URLs and server entrances."""
