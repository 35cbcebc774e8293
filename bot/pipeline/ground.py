"""What a wish to take part is carried out on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.community.activity import Activity
from bot.core.model import GROUP_PEER
from bot.core.passes import Passes
from bot.core.taking import Wish
from bot.library.speech import Setting
from bot.store import people
from bot.store.answers import Who
from bot.store.engine import Tx
from bot.store.turns import Claimed
from scheduler import activities


@dataclass(frozen=True, slots=True)
class Ground:
    """One wish of one member in one turn. ``passes``: links to the member page, where it stands."""

    tx: Tx
    setting: Setting
    held: Claimed
    member: str
    wish: Wish
    passes: Passes | None = None

    @property
    def now(self) -> int:
        """The time of the turn."""
        return self.setting.now

    @property
    def zone(self) -> str:
        """The company's."""
        return self.setting.cast.zone

    @property
    def in_group(self) -> bool:
        """True where many people read along."""
        return self.held.conversation.peer.startswith(GROUP_PEER)

    @property
    def stranger(self) -> bool:
        """True for a colleague of whom nothing is known: he is in no circle."""
        colleague = self.held.conversation.channel == "robot"
        return colleague and people.known(self.tx, self.member) is None

    def who(self, made: Activity) -> Who:
        """As the store wants him."""
        talk = self.held.conversation
        persona = self.setting.cast.persona_of(talk.channel, talk.account) or ""
        return activities.who(self.tx, self.setting, made, self.member, channel=talk.channel,
                              account=talk.account, persona=persona)  # fmt: skip
