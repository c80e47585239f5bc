"""The first screen: try it here, or connect to what is there."""

from desktop_app.views.welcome.page import WelcomePage

__all__ = ["WelcomePage"]
