"""Series in and forecasts out as CSV: ``unique_id, ds, y`` in long format."""
