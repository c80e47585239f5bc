"""The page of this computer's own broker, workers and scheduler."""

from desktop_app.views.cluster.page import ClusterPage

__all__ = ["ClusterPage"]
