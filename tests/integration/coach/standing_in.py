"""The diary, and what was told to it."""

from custom_components.kumo_boots.people.diary import Diary
from custom_components.kumo_boots.people.sitting import Discomfort, Sitting


class ReadDiary(Diary):
    """The diary as it is, and easy to write and to read."""

    def had(self, *sittings: Sitting) -> None:
        """Remember sessions."""
        for sitting in sittings:
            self.add(sitting)

    def tell(self) -> None:
        """Have everybody look again."""
        self._changed()

    @property
    def reported(self) -> list[tuple[str, Discomfort, bool]]:
        """Return what was reported, of everybody."""
        return [
            (wearer_id, report.kind, report.one_sided)
            for wearer_id in self.wearer_ids
            for report in self.reports(wearer_id)
        ]

    @property
    def locks(self) -> set[str]:
        """Return who is locked."""
        return {wearer_id for wearer_id in self.wearer_ids if self.locked(wearer_id)}
