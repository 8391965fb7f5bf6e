"""What can go wrong, as classes: each knows its sentence, the next step (`hint`) and its exit code.

Raised with the values they name; printed in one place (`commands.main`) or shown by the inbox,
where the sentence is cleaned for the terminal.

One rule gives the exit code:

- 2: the call itself is wrong, by an option or by a value that cannot be read. Nothing was done.
- 1: the call is right, but what it names does not exist, is taken, or the state of the desk or of
  a file does not allow it. What may be named are the things of `names.Thing`; a command, a report
  and the columns of a report belong to the program, so that one it does not have is a wrong call.
- 69, 75, 77, 78: as the classes below say. An agent in config.toml whom the desk does not know is
  78: the configuration is wrong, not the call.

The tree, by exit code and by the module of the noun::

 1  SupportError
      (here)    Stopped
      canned    CannedAnswers, CannedElsewhere, CannedPartGone, MacroAssigneeGone
      database  CopiedByServer, CopyInTheWay, DatabaseDamaged
      files     FileInTheWay, FileUnwritable, NamesUsedUp, OwnCommandFailed, PictureUnreadable,
                PipeEmpty, ViewerFailed
      mail      CustomerNeeded, MailIsCopy, MailNotHeld, MailUndoRefused, NoMailToUndo
      names     NameAmbiguous, NameTaken, NotFound
      people    AddressIsTaken, AgentHasTickets, LastAddress, LastAdmin, LookupFailed, NotAway,
                PeopleNothingToRedo, PeopleNothingToUndo, PeopleRedoRefused, PeopleUndoRefused,
                SameCustomer
      program   OutputClosed, OutputLost
      replies   AddressRefused, DeliveryStepRefused, DraftAbsent, DraftsDiffer, EditorFailed,
                HeaderRefused, NobodyNamed, NobodyToAnswer, NothingToForward, RecipientAbsent,
                ReplyFailed, ReplyHasLeft, ReplyUncertain, SenderUnknown, SpellingFailed
      servers   MailServerError, MailboxBroken
      setup     AliasIsAgent, AliasIsCustomer, AliasIsMailbox, FolderAbsent, FolderHasRole,
                InboxIsRead, RelayIsAgent, RepliesWait, SenderIsOurs, TeamHasTickets, ViewBuiltIn
      tickets   AttachmentAbsent, CustomersDiffer, FieldKindKept, FieldsLacking, LinkStays,
                NotMergeable, NotSnoozable, NotSplittable, NothingToRedo, NothingToReopen,
                NothingToUndo, QueueEmpty, RedoRefused, StaysMoved, StepNotAllowed, TicketMerged,
                TicketTakesNoMail, UndoRefused, ZoneUnknown
 2  UsageError
      canned    BlanksLeft, CannedFaulty, TemplateWrong
      database  DatabasePathNotText
      files     ArchiveUnreadable, ColumnsInvalid
      mail      MailUnreadable
      names     WordUnknown
      people    AgentNameless, CustomerSheetUnfit, DomainInvalid, FieldInvalid, LanguageInvalid,
                OrganisationUnnamed, OwnStandIn
      program   ArgumentNotText, OptionMisplaced, PlaceUnusable
      replies   AutomaticUnfit, EmptyText, FileRefused, FilesTooLarge, FrameFaulty, MailsNobody,
                OptionEmpty, RecipientsUnsure, SignatureFaulty, SubjectRefused, TimePast,
                TimeUnreadable
      reports   PeriodInvalid, RowsTooMany
      servers   ArgumentRefused
      setup     AddedAndRemoved, AddressInvalid, AfterImportInvalid, AuthservIdInvalid,
                ClosingInvalid, FolderInvalid, HistoryInvalid, LineInsecure, SenderInvalid,
                SendingLimitInvalid, SentCopiesInvalid, TeamNameInvalid, ViewNameInvalid
      sla       CalendarInvalid, DurationInvalid, PolicyInvalid
      tickets   FieldChoicesInvalid, FieldNameInvalid, FieldValueInvalid, QueryError
69  ServerUnreachable
      database  DatabaseUnreachable
      servers   AnswerUnusable, CertificateRefused, ConnectionInsecure, FolderGone, FolderRefused,
                MailServerUnreachable, MailboxPaused, ServerThrottled
      tokens    SignInUnreachable
75  TryAgainLater
      database  CopyFailed, DatabaseBusy, DiskFailed, DiskFull
      files     ImportBusy
      mail      NoMailHandedOver
      replies   ReplyDelayed, SendRefused, SentUnsearched
      tickets   ChangedMeanwhile
      tokens    SignInUnfinished, TokensLocked
77  NotAllowed
      canned    CannedForeignTeam
      database  DatabaseLoginRefused, DatabaseReadOnly
      people    AgentLeft
      servers   LoginRefused
      setup     RoleForbids
      tokens    SignInRefused, SignedInAsAnother
78  ConfigurationError
      database  DatabaseDriverMissing, DatabaseForeign, DatabaseMissing, DatabaseNewer,
                DatabaseOnNetwork, DatabaseUrlUnknown, DriverUnsafe, FolderMissing
      people    LookupMissing
      program   WebExtraMissing
      setup     ConfigurationMissing, DemoExtraMissing, DeskExists, HostNotTrusted, KeysWrong,
                MailboxMissing, MailboxRemoved, SecretMissing, SecretUnavailable, SettingUnknown,
                SettingWrong
      tickets   AgentUnknown
      tokens    ClientSecretUnavailable, OAuthExtraMissing, SignInFileWrong, SignInNeeded,
                TokenUnavailable, TokensNotKept, TokensNotTaken
"""


class SupportError(Exception):
    """Something failed. `sentence` says what, naming the thing; `hint` says what to do next, and
    first asks whether `nearest` was meant, a known word like the one that was typed; `exit_code` is
    the program's."""

    exit_code = 1

    def __init__(self, sentence: str, hint: str = "", nearest: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = f"{did_you_mean(nearest)} {hint}".strip()
        self.nearest = nearest

    def adds(self, sentence: str) -> None:
        """Say something more, which whoever raised it did not know."""
        self.sentence = f"{self.sentence} {sentence}"
        self.args = (self.sentence,)


def did_you_mean(nearest: str) -> str:
    """The question whether a known word was meant; empty if none is like the one that was typed."""
    return f"Did you mean “{nearest}”?" if nearest else ""


class UsageError(SupportError):
    """The call itself is wrong; nothing was done."""

    exit_code = 2


class Stopped(SupportError):
    """The person who was asked a question pressed ctrl+c, or nobody is there to answer."""

    def __init__(self) -> None:
        super().__init__("Stopped; nothing more was done.")


class ServerUnreachable(SupportError):
    """A mail server or database server does not answer, or hangs up."""

    exit_code = 69


class TryAgainLater(SupportError):
    """A passing obstacle: the same call may succeed later."""

    exit_code = 75


class NotAllowed(SupportError):
    """An agent or a user may not do something, or a server refuses the login."""

    exit_code = 77


class ConfigurationError(SupportError):
    """The configuration, or what it points to, has to be changed first."""

    exit_code = 78
