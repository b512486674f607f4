"""An evening recovery routine, from due to the glass of water, told as a timeline."""

from ..evening import FURNITURE, MASSAGER, PANEL, STEPS, Evening
from ..home import PASSWORD, USER, Home, HomeError
from ..house import House
from ..show import Show
from .options import Options

DUE_IN_S = 6


async def play(options: Options, show: Show) -> None:
    """Live the whole evening, in order."""
    async with (
        House(1, 1, speed=options.speed, slots=9) as house,
        Home(port=options.port, configuration=FURNITURE) as home,
    ):
        print(f"✓ Home Assistant at {home.url} (user {USER}, password {PASSWORD})")
        evening = await show.step(
            "boots, a wearer and her phone", Evening.at_home(home, house)
        )
        evening.tell = lambda seconds, text: print(f"  {seconds:6.1f} s  {text}")
        await show.step("a routine, on its own screens", evening.make(DUE_IN_S))
        await evening.touch("Evening now?", "Start")
        await evening.touch("boots on?", "Start")
        await evening.told("finished", within_s=120)
        for entity_id in (PANEL, MASSAGER):
            await evening.is_on(entity_id, False)
        await evening.resident.all_empty()
        _testify(evening, show)
        for summary in await evening.calendar():
            show.rows.append(("calendar", 0, summary))
        show.table()
        if not options.check:
            print(f"\nThe evening is over; {home.url} can be looked at until Ctrl-C")
            await show.until_interrupted()


def _testify(evening: Evening, show: Show) -> None:
    """Judge by what was told, and by the witness in the boots."""
    kinds = evening.kinds()
    wanted = [
        "asked",
        "started",
        *(f"step_{what} {step}" for step in STEPS for what in ("started", "finished")),
        "finished",
    ]
    if kinds != wanted:
        raise HomeError(f"the evening went otherwise: {kinds}")
    yes = next(
        event["at"]
        for event in evening.events
        if (event["of"], event["kind"]) == ("session", "confirmed")
    )
    for name, boots in evening.house.boots.items():
        inflations = evening.house.witness.entries(boots=name, kind="inflation")
        empty = evening.house.witness.entries(boots=name, kind="empty")
        if len(inflations) != 1 or len(empty) != 1 or not boots.body.empty:
            raise HomeError(f"{name}: {inflations} {empty}")
        show.rows.append(
            (f"witness in {name}", 0, f"inflated once, after the yes at {yes:.1f} s")
        )
