"""Who wears the boots: the one owner of that."""

from collections.abc import Callable, Mapping
import contextlib
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..boots.cause import Cause
from ..boots.limits import Limits, check_settings
from ..boots.listeners import Listeners
from ..boots.model import Settings
from ..boots.session import Session, SessionPhase
from ..boots.session_state import ACTIVE
from ..const import DOMAIN
from ..kept_file import UNREADABLE, KeptFile
from ..options import Options
from ..reading import Reading
from ..remembered import limits_of_guests
from . import rules
from .access import ATTR_USER_ID
from .interfaces import Advise, Advised, Sittings
from .wearer import CONF_ACKNOWLEDGED, GUEST, SUBENTRY_WEARER, Wearer

STORAGE_VERSION = 1

RETURN_S = 15 * 60
"""How long after a session, or after a choice that nothing followed, the boots are
somebody else's: time enough to put them on, too short for the next person to find the
settings of the one before."""

BUSY = ACTIVE | {SessionPhase.AWAITING, SessionPhase.STOPPING}
"""The phases in which the legs in the boots are somebody's."""


def household_store(hass: HomeAssistant, entry_id: str) -> KeptFile:
    """Return where it is kept who wears the boots of an entry."""
    return KeptFile(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.household")


class Household:
    """The people who wear one pair of boots, and which of them wears it now.

    It is always somebody: the one chosen, else the only wearer, else the guest.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        diary: Sittings,
        advise: Advise,
    ) -> None:
        """Read the wearers of an entry."""
        self.diary = diary
        self.advise = advise
        self.visit = 0
        """Counts up whenever somebody puts the boots on anew."""
        self._recommended: Mapping[str, Any] = {}
        """What the coach advised then."""
        self._hass = hass
        self._entry = entry
        self._store = household_store(hass, entry.entry_id)
        self._session: Session | None = None
        self._busy = False
        """A session waits or runs, or may do so unseen."""
        self._ran = False
        """And it did more than wait."""
        self._return_at: datetime | None = None
        self._cancel_return: CALLBACK_TYPE | None = None
        self._listeners = Listeners[[]]()
        self._unsubscribe: list[Callable[[], None]] = []
        self._reading = Reading(hass, entry, SUBENTRY_WEARER, Wearer.from_subentry)
        self._read()
        self.current: Wearer = self.usual
        """Who wears the boots now; does not change while a session waits or runs."""

    # ---- life

    async def async_load(self) -> None:
        """Remember who wore the boots when Home Assistant stopped."""
        stored = await self._store.async_load()
        wearer = return_at = None
        with contextlib.suppress(*UNREADABLE):
            if stored is not None and self.shared:
                wearer = self._known(stored["wearer"])
                self._busy = wearer is not None and bool(stored["busy"])
                at = stored["return_at"]
                # Without a zone it was written in ours.
                return_at = at and dt_util.as_utc(datetime.fromisoformat(at))
        now = dt_util.utcnow()
        if self._busy:
            # Their session may still be found running.
            return_at = now + timedelta(seconds=RETURN_S)
        if wearer is not None and return_at is not None and now < return_at:
            self.current = wearer
            self._return_later((return_at - now).total_seconds())

    @callback
    def attend(self, session: Session) -> None:
        """Guard a session, and follow it: until ``close``."""
        self._session = session
        self._recommended = self.recommendation
        session.guard = self.guard
        self._unsubscribe.append(session.listen_state(self._session_changed))
        self._unsubscribe.append(self.diary.listen(self._diary_changed))

    @callback
    def close(self) -> None:
        """Follow nothing any more. Safe to call twice."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        self._stay()
        self._reading.close()

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call when the wearers, the current one or their limits changed."""
        return self._listeners.add(listener)

    # ---- the wearers

    def _read(self) -> None:
        """Read the subentries and the options."""
        options = Options.of(self._entry.options)
        self._ceiling = options.limits
        self._for_guests = limits_of_guests(self._entry.data)
        self.studio = options.studio
        """Guests only."""
        self.wearers = self._reading.all()
        """Whom the household knows, in the order they were added."""

    def wearer(self, wearer_id: str | None) -> Wearer | None:
        """Return the wearer with an id; None for whom nobody knows."""
        return next(
            (each for each in self.wearers if each.wearer_id == wearer_id), None
        )

    def named(self, text: str) -> Wearer | None:
        """Return who is meant by an id, a person's entity id or a name in any case."""
        wanted = text.strip().casefold()
        if wanted == GUEST.name:
            return GUEST
        for field in ("wearer_id", "person", "name"):
            for each in self.wearers:
                if (getattr(each, field) or "").casefold() == wanted:
                    return each
        return None

    def is_account_of(self, user_id: str | None, wearer: Wearer) -> bool:
        """Tell whether a user is the wearer, or may speak for one without an account.

        Nobody may for a person who is not there (any more): who that is, is unknown.
        """
        if wearer.person is None:
            return True
        person = self._hass.states.get(wearer.person)
        if person is None:
            return False
        account = person.attributes.get(ATTR_USER_ID)
        return account is None or account == user_id

    @property
    def usual(self) -> Wearer:
        """Who wears the boots when nobody was chosen: the only wearer, or the guest."""
        if len(self.wearers) == 1 and not self.studio:
            return self.wearers[0]
        return GUEST

    @property
    def shared(self) -> bool:
        """Tell whether there is more than one guest to keep apart.

        Where nobody is known the guest is the household: their settings stay.
        """
        return bool(self.wearers) or self.studio

    def _known(self, wearer_id: str | None) -> Wearer | None:
        """Return who may wear the boots, by id; the guest's is None."""
        if wearer_id is None:
            return GUEST
        return None if self.studio else self.wearer(wearer_id)

    @callback
    def refresh(self) -> None:
        """Read the entry again; a session that runs goes on."""
        before = self.wearers, self._ceiling, self.studio
        self._read()
        if (self.wearers, self._ceiling, self.studio) != before:
            self._settle()
            self._recommended = self.recommendation
            self._tell()

    @callback
    def acknowledge(self, wearer: Wearer) -> None:
        """Keep that a wearer has read the precautions; who may say so is not asked."""
        assert wearer.wearer_id is not None
        subentry = self._entry.subentries[wearer.wearer_id]
        self._hass.config_entries.async_update_subentry(
            self._entry,
            subentry,
            data={
                **subentry.data,
                CONF_ACKNOWLEDGED: dt_util.utcnow().isoformat(),
            },
        )

    # ---- who wears them now

    @property
    def free(self) -> bool:
        """Tell whether somebody else may put the boots on: no session waits or runs."""
        # A loop that was held up tells the session's state later.
        return not (self._busy or (self._session and self._session.engaged))

    async def async_choose(self, wearer: Wearer) -> None:
        """Have somebody wear the boots; what they left last time is theirs again.

        Raises OnlyBetweenSessionsError while a session waits or runs, and
        UnknownWearerError for whom the household does not know. Nothing else happens
        before it returns: what is asked for next is for them.
        """
        known = self._known(wearer.wearer_id)
        if known is None:
            raise rules.UnknownWearerError(wearer.name)
        if known.wearer_id != self.current.wearer_id:
            if not self.free:
                raise rules.OnlyBetweenSessionsError
            self._take(known)
        if self.free:
            self._return_later(RETURN_S)
        self._save()
        self._tell()

    @callback
    def _take(self, wearer: Wearer) -> None:
        self.current = wearer
        self._begin_visit()

    @callback
    def _begin_visit(self) -> None:
        self.visit += 1
        self._recommended = self.recommendation

    @callback
    def _settle(self) -> None:
        """Have the boots worn by somebody who is there, as they are now."""
        known = self._known(self.current.wearer_id)
        chosen = not self.free or self._return_at is not None
        if known is not None and (chosen or known == self.usual):
            self.current = known
        elif self.free and self.usual.wearer_id != self.current.wearer_id:
            self._take(self.usual)
            self._save()

    @callback
    def _session_changed(self) -> None:
        assert self._session is not None
        phase = self._session.state.phase
        if phase in BUSY:
            self._stay()
            self._ran |= phase in ACTIVE
            if not self._busy:
                self._busy = True
                self._save()
        elif self._busy and phase is not SessionPhase.UNKNOWN:
            self._over()
        elif self._busy and self._return_at is None:
            # Boots that stay away for so long have let the air out.
            self._return_later(RETURN_S)

    @callback
    def _over(self) -> None:
        self._busy = False
        self._return_later(RETURN_S)
        self._settle()
        if self._ran and not self.current.is_guest:
            self._begin_visit()
        self._ran = False
        self._save()
        self._tell()

    @callback
    def _diary_changed(self) -> None:
        """Take another advice over, and with it another cap.

        What is remembered of others leaves alone what the wearer set.
        """
        if self.free and self.recommendation != self._recommended:
            self._begin_visit()
        self._tell()

    @callback
    def _return_later(self, delay_s: float) -> None:
        """Have it be nobody's choice any more, after a while."""
        self._stay()
        if not self.shared:
            return
        self._return_at = dt_util.utcnow() + timedelta(seconds=delay_s)
        self._cancel_return = async_call_later(self._hass, delay_s, self._return)

    @callback
    def _stay(self) -> None:
        if self._cancel_return is not None:
            self._cancel_return()
        self._cancel_return = self._return_at = None

    @callback
    def _return(self, _now: datetime) -> None:
        self._cancel_return = self._return_at = None
        if self._session and self._session.engaged:
            # It is told in a moment, and ends some day.
            return
        self._busy = False
        self._take(self.usual)
        self._save()
        self._tell()

    def _as_dict(self) -> dict[str, Any]:
        at = self._return_at
        return {
            "wearer": self.current.wearer_id,
            "busy": self._busy,
            "return_at": None if at is None else at.isoformat(),
        }

    @callback
    def _save(self) -> None:
        if self.shared:
            self._store.async_delay_save(self._as_dict)

    @callback
    def _tell(self) -> None:
        self._listeners.tell()

    # ---- what they may

    def limits_of(self, wearer: Wearer) -> Limits:
        """Return the lowest of a wearer's own limits, the pair's ceiling, the coach's."""
        own = self.own_limits_of(wearer)
        if wearer.follow_coach and (advice := self._advice(wearer)) is not None:
            coachs = Limits(
                target_max_mmhg=advice.cap_mmhg, duration_max_s=advice.cap_duration_s
            )
            return self._lowest(own, coachs)
        return own

    def own_limits_of(self, wearer: Wearer) -> Limits:
        """Return what people set themselves: the wearer's limits, and the pair's ceiling.

        A guest's are the pair's limits for guests.
        """
        set_by_people = [wearer.limits, self._ceiling]
        if wearer.is_guest:
            set_by_people.append(self._for_guests)
        return self._lowest(*set_by_people)

    def _lowest(self, *limits: Limits) -> Limits:
        return Limits(
            target_max_mmhg=min(each.target_max_mmhg for each in limits),
            duration_max_s=min(each.duration_max_s for each in limits),
            measure=self._for_guests.measure,
        )

    def _advice(self, wearer: Wearer) -> Advised | None:
        return None if wearer.is_guest else self.advise(wearer)

    @property
    def recommendation(self) -> Mapping[str, Any]:
        """The setpoints that the coach advises the current wearer; empty for none."""
        return self.recommendation_of(self.current)

    def recommendation_of(self, wearer: Wearer) -> Mapping[str, Any]:
        """Return the setpoints that the coach advises a wearer; empty for none.

        ``target_mmhg`` (mmHg) and ``duration_s`` (s).
        """
        advice = self._advice(wearer) if wearer.follow_coach else None
        if advice is None:
            return {}
        return {"target_mmhg": advice.target_mmhg, "duration_s": advice.duration_s}

    def guard(self, settings: Settings, cause: Cause) -> None:
        """Raise unless the current wearer may start such a session now."""
        self.check(self.current, settings)

    def check(self, wearer: Wearer, settings: Settings) -> None:
        """Raise LimitError or one of ``rules.NOT_NOW`` unless a wearer may start now."""
        limits = self.limits_of(wearer)
        # The coach's cap moves with the calendar, too.
        check_settings(settings, limits, None)
        wearer_id = wearer.wearer_id
        if wearer_id is None:
            return
        if (known := self._known(wearer_id)) is None:
            raise rules.UnknownWearerError(wearer.name)
        rules.check(
            known,
            settings,
            longest_s=limits.duration_max_s,
            sittings=self.diary.sittings(wearer_id),
            locked=self.diary.locked(wearer_id),
            now=dt_util.now(),
        )
