"""All nouns of customer contact in one hand."""

from __future__ import annotations

from bot.wecom.contacts.acquisition import Acquisition
from bot.wecom.contacts.album import Album
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.bulk import Bulk
from bot.wecom.contacts.figures import Figures
from bot.wecom.contacts.groups import Groups
from bot.wecom.contacts.intercepts import Intercepts
from bot.wecom.contacts.joins import Joins
from bot.wecom.contacts.materials import Materials
from bot.wecom.contacts.moments import Moments
from bot.wecom.contacts.people import People
from bot.wecom.contacts.tags import Tags
from bot.wecom.contacts.transfers import Transfers
from bot.wecom.contacts.ways import Ways


class Contacts:
    """Customer contact of one corp. Every verb raises ApiError, CallFailed, and BadCall for what
    the platform would refuse."""

    def __init__(self, desk: Desk) -> None:
        self.people, self.tags = People(desk), Tags(desk)
        self.ways, self.joins = Ways(desk), Joins(desk)
        self.bulk, self.moments = Bulk(desk), Moments(desk)
        self.groups, self.materials = Groups(desk), Materials(desk)
        self.transfers, self.acquisition = Transfers(desk), Acquisition(desk)
        self.figures, self.album, self.intercepts = Figures(desk), Album(desk), Intercepts(desk)
