"""The page's judgement of what it is told."""

from desktop_app.views.overview.concern import (
    Concern,
)
from desktop_app.views.overview.concerns import concerns
from desktop_app.views.overview.picture import Picture
from desktop_app.views.overview.verdict import Verdict, verdict
from tests.ui.overview.feed import Feed


def look(feed: Feed) -> tuple[Verdict, list[Concern]]:
    picture = Picture()
    picture.absorb(feed.snapshot())
    found = concerns(picture, feed.now)
    return verdict(picture, found), found
