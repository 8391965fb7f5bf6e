"""The threads of the inbox: no question to the desk runs on the event loop, no key waits for a
disk.

Verbs, and lists that have to show their effect, run in one thread in the order of their keys.

Other reads run in a second one, where a newer read replaces one in the same slot that has not
started. A third checks several times a second whether anybody changed the database, and does what
nobody waits for.

All three are daemons: leaving never waits for a lock."""

import threading
import time
from collections.abc import Callable
from itertools import count
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from supportcli.errors import SupportError
from supportcli.errors.database import DatabaseReadOnly

if TYPE_CHECKING:
    from supportcli.tui.client.desk_client import DeskClient

T = TypeVar("T")
Failed = Callable[[SupportError], None]
Deliver = Callable[..., Any]

PAUSE = 1.0
"""Seconds until the next check after one has failed."""

_PATIENCE = 1.0
POLL = 0.3
"""Seconds between two checks of the database's version: a check costs microseconds, and half a
second is soon enough for the eye."""


class _Job(NamedTuple):
    """A call, and what to do with its result or its failure on the event loop."""

    run: Callable[["DeskClient"], Any]
    then: Callable[[Any], None]
    failed: Failed


class Work:
    """Runs calls to the desk in threads. `deliver(function, argument)` hands a result to the event
    loop and may be called from any thread."""

    def __init__(self, opening: Callable[[], "DeskClient"], deliver: Deliver) -> None:
        self._opening = opening
        self._deliver = deliver
        self._calls: DeskClient | None = None
        self._opened = threading.Event()
        self._stopped = threading.Event()
        self._turns: SimpleQueue[_Job | None] = SimpleQueue()
        self._beside: SimpleQueue[Callable[[DeskClient], None]] = SimpleQueue()
        self._reads: dict[str | int, _Job] = {}
        self._last_reads: dict[str | int, _Job] = {}
        self._unnamed = count()
        self._unanswered = 0
        self._looked_at = time.monotonic()
        self._turn_began: float | None = None
        self._unwritten: DatabaseReadOnly | None = None
        self._wanted = threading.Condition()
        self._reader = threading.Thread(name="reads", daemon=True)

    def start(
        self,
        opened: Callable[[None], None],
        failed: Failed,
        changed: Callable[[Any], None],
        trouble: Callable[[SupportError | None], None],
    ) -> None:
        """Open the desk and begin. `opened` or `failed` is delivered once, `changed` with the
        numbers of changed tickets whenever there are some, `trouble` with what is wrong with the
        desk, and with None once nothing is."""
        self._reader = threading.Thread(
            target=self._read_all, args=(opened, failed), name="reads", daemon=True
        )
        self._reader.start()
        threading.Thread(target=self._take_turns, name="verbs", daemon=True).start()
        threading.Thread(
            target=self._watch, args=(changed, trouble), name="changes", daemon=True
        ).start()

    def read(
        self,
        slot: str,
        run: Callable[["DeskClient"], T],
        then: Callable[[T], None],
        failed: Failed,
        *,
        last: bool = False,
    ) -> None:
        """Ask the desk something. A question in the same slot that has not started is dropped; an
        unnamed slot drops nothing. With `last`, everything else goes first."""
        with self._wanted:
            waiting = self._last_reads if last else self._reads
            key = slot or next(self._unnamed)
            self._unanswered += 0 if waiting.pop(key, None) else 1
            waiting[key] = _Job(run, then, failed)
            self._wanted.notify()

    def in_turn(
        self, run: Callable[["DeskClient"], T], then: Callable[[T], None], failed: Failed
    ) -> None:
        """Do something at the desk after everything given before; or ask it something that has to
        see all of that."""
        self._unanswered += 1
        self._turns.put(_Job(run, then, failed))

    def beside(self, run: Callable[["DeskClient"], None]) -> None:
        """Do something that nobody waits for, in the thread that checks for changes: if it waits
        for the database, no read and no verb has to."""
        self._beside.put(run)

    def aside(
        self, run: Callable[["DeskClient"], T], then: Callable[[T], None], failed: Failed
    ) -> None:
        """Ask something that may take seconds, in a thread of its own; no read waits for it, and
        nor does leaving."""
        job = _Job(run, then, failed)
        threading.Thread(target=self._ask_aside, args=(job,), name="aside", daemon=True).start()

    def _ask_aside(self, job: _Job) -> None:
        if self._calls is None or self._stopped.is_set():
            return
        try:
            result = job.run(self._calls)
        except SupportError as error:
            self._hand(job.failed, error)
        except BaseException as error:  # noqa: BLE001  # as above
            if not self._stopped.is_set():  # the desk is closed under it when the inbox is left
                self._hand(_raise, error)
        else:
            self._hand(job.then, result)

    @property
    def silence(self) -> float:
        """For how many seconds the desk has not answered a check for changes, or a verb."""
        now = time.monotonic()
        return max(now - self._looked_at, now - (self._turn_began or now))

    @property
    def busy(self) -> bool:
        """Whether something has no answer yet."""
        return self._unanswered > 0

    def finish(self) -> None:
        """Wait for the given verbs, a moment at most: another process may have the database. Their
        answers go nowhere."""
        if self._opened.is_set():
            done = threading.Event()
            self.in_turn(lambda _: done.set(), _unheard, _unheard)
            done.wait(2 * _PATIENCE)

    def stop(self) -> None:
        """Start nothing more and close the desk. Verbs that have not started are lost: leave after
        the last one's answer."""
        self._stopped.set()
        self._turns.put(None)
        with self._wanted:
            self._wanted.notify()
        if self._reader.is_alive():
            self._reader.join(_PATIENCE)

    def _read_all(self, opened: Callable[[None], None], failed: Failed) -> None:
        try:
            self._calls = self._opening()
        except SupportError as error:
            self._hand(failed, error)
            return
        except BaseException as error:  # noqa: BLE001  # raised again on the event loop, where it is seen
            self._hand(_raise, error)
            return
        self._opened.set()
        self._hand(opened, None)
        while (job := self._next_read()) is not None:
            self._do(job)
        self._calls.close()

    def _next_read(self) -> _Job | None:
        with self._wanted:
            self._wanted.wait_for(lambda: self._reads or self._last_reads or self._stopped.is_set())
            if self._stopped.is_set():
                return None
            waiting = self._reads or self._last_reads
            return waiting.pop(next(iter(waiting)))

    def _take_turns(self) -> None:
        self._opened.wait()
        while (job := self._turns.get()) is not None:
            self._turn_began = time.monotonic()
            self._do(job)
            self._turn_began = None

    def _watch(
        self, changed: Callable[[Any], None], trouble: Callable[[SupportError | None], None]
    ) -> None:
        self._opened.wait()
        told: SupportError | None = None
        while self._calls is not None and not self._stopped.wait(PAUSE if told else POLL):
            try:
                wrong = self._look(self._calls, changed, again=told is not None)
            except BaseException as error:  # noqa: BLE001  # as above
                self._hand(_raise, error)
            else:
                if type(wrong) is not type(told):
                    self._hand(trouble, wrong)
                told = wrong
            self._looked_at = time.monotonic()

    def _look(
        self, calls: "DeskClient", changed: Callable[[Any], None], *, again: bool
    ) -> SupportError | None:
        """Do what nobody waits for, and tell what changed; what is wrong with the desk, if anything
        is. What could not be written then is written another time."""
        while not self._beside.empty():
            try:
                self._beside.get()(calls)
                self._unwritten = None
            except DatabaseReadOnly as error:
                self._unwritten = error
            except SupportError:
                continue  # whether the desk can be reached, the next check tells
        try:
            if calls.changes.moved() or again:
                self._hand(changed, calls.changes.since())
        except SupportError as error:
            return error
        return self._unwritten

    def _do(self, job: _Job) -> None:
        if self._calls is None:
            return
        try:
            result = job.run(self._calls)
        except SupportError as error:
            self._hand(self._answered, (job.failed, error))
        except BaseException as error:  # noqa: BLE001  # as above
            self._hand(self._answered, (_raise, error))
        else:
            self._hand(self._answered, (job.then, result))

    def _hand(self, function: Callable[[Any], None], argument: object) -> None:
        """Hand something to the event loop. If that has ended, because the inbox was left
        meanwhile, nobody waits for it."""
        try:
            self._deliver(function, argument)
        except RuntimeError:
            if not self._stopped.is_set():
                raise

    def _answered(self, answer: tuple[Callable[[Any], None], object]) -> None:
        """On the event loop: the answer to one question."""
        self._unanswered -= 1
        function, argument = answer
        function(argument)


def _unheard(_: object) -> None:
    """Nobody waits for this answer."""


def _raise(error: BaseException) -> None:
    raise error
