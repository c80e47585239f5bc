"""The page that answers: is it well, what is worst, since when."""

from desktop_app.views.overview.page import OverviewPage

__all__ = ["OverviewPage"]
