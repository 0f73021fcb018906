"""One transaction: everything that can be read or changed, by subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from consent_db.accounts import last_uses
from consent_db.accounts.clients import Clients
from consent_db.accounts.links import Links
from consent_db.accounts.news import AccountNews
from consent_db.accounts.saved_views import SavedViews
from consent_db.accounts.second_factor import SecondFactors
from consent_db.accounts.sessions import Sessions
from consent_db.accounts.users import Users
from consent_db.approvals.expiry import Approvals
from consent_db.audit.finding import newest_number, stretch
from consent_db.audit.records import AuditEntry, AuditSearch, AuditStretch
from consent_db.checks.acts.hand_acts import HandActs
from consent_db.checks.acts.hand_outs import HandOuts
from consent_db.checks.acts.let_pass import LetPass
from consent_db.checks.acts.second_opinions import Opinions
from consent_db.checks.batch.batches import Batches
from consent_db.checks.ending.deletion import DeletedPictures
from consent_db.checks.idempotency import Idempotency
from consent_db.checks.lineage import Lineage
from consent_db.checks.overview import Overview
from consent_db.checks.service import Checks
from consent_db.checks.standing import StandingApprovals
from consent_db.checks.work import CheckWork
from consent_db.core import policy_terms as terms
from consent_db.core.clock import Clock
from consent_db.core.context import Context
from consent_db.core.installation import Installation
from consent_db.core.policy_terms import Terms
from consent_db.core.school_identity import SchoolIdentity
from consent_db.data_rights import integrity, restoring, retention
from consent_db.data_rights.export_release import ExportRelease
from consent_db.data_rights.integrity import StoredPicture
from consent_db.data_rights.lifecycle import Lifecycle
from consent_db.data_rights.period_figures import PeriodFigures
from consent_db.data_rights.restoring import Settled
from consent_db.data_rights.retention import Forecast, Retained
from consent_db.data_rights.statistics import Figures
from consent_db.data_rights.subject_access import Asked, Held, everything
from consent_db.data_rights.to_do import ToDo
from consent_db.data_rights.tombstones import Tombstones
from consent_db.enrolment.photo_uploads import PhotoUploads
from consent_db.enrolment.photo_work import PhotoWork
from consent_db.enrolment.reference_photos import ReferencePhotos
from consent_db.enrolment.service import Enrolment
from consent_db.enrolment.templates import destroy_all_templates
from consent_db.ledger import Publications
from consent_db.people.groups import Groups
from consent_db.people.records import Change
from consent_db.publishing.channels import Channels
from consent_db.publishing.receipt_uses import ReceiptUses
from consent_db.publishing.takedowns import Takedowns
from consent_db.register import impact as touching
from consent_db.register.kinship import Kinship
from consent_db.register.left_out import LeftOut
from consent_db.register.objections import Objections
from consent_db.register.people import People
from consent_db.register.reviews import Reviews
from consent_db.register.searches import Searches
from consent_db.register.statements import Consent
from consent_db.roster import impact
from consent_db.roster.impact import Impact
from consent_db.roster.missing_protected import MissingProtected
from consent_db.roster.plan import Plan
from consent_db.roster.saved_layouts import Layouts
from consent_db.roster.undo import Imports
from consent_db.webhooks.service import Webhooks
from gatekeeper.register import Register

ReadRegister = Callable[[Context, str, int], Register]
"""How the store gives a snapshot: from its cache, or by reading it."""


class Audit:
    """The audit as a transaction offers it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def append(self, action: str, object_id: str, payload: Mapping[str, Any] | None = None) -> None:
        """Add an entry: ids, counts and codes only, never a name."""
        self._context.log(action, object_id, payload)

    def entries(self, after: int = 0, limit: int = 1000) -> list[AuditEntry]:
        """Return up to `limit` entries that follow sequence number `after`, in order."""
        return self._context.audit.entries(after, limit)

    def newest(self) -> AuditEntry:
        """Return the entry that was written last.

        Raises:
            NotFound: there is none yet.
        """
        return self._context.audit.newest()

    def last(self, action: str) -> AuditEntry | None:
        """Return the latest entry of a kind, if there is one."""
        return self._context.audit.last(action)

    def about(self, object_id: str, action: str | None = None) -> list[AuditEntry]:
        """Return the entries about an object, of one kind or of all, in order."""
        return self._context.audit.about(object_id, action)

    def count(self) -> int:
        """Return how many entries there are."""
        self._context.audit.flush()
        return newest_number(self._context.connection)

    def stretch(
        self, search: AuditSearch, limit: int, start: int | None = None, *, oldest_first: bool = False
    ) -> AuditStretch:
        """Return up to `limit` entries that match; see `consent_db.audit.finding.stretch`."""
        self._context.audit.flush()
        return stretch(self._context.connection, search, limit, start, oldest_first=oldest_first)


class Transaction:
    """Made by `Store.transaction` and `Store.reading`; not to be used after leaving them."""

    def __init__(self, context: Context, read_register: ReadRegister) -> None:
        self._context = context
        self._read_register = read_register
        self.people = People(context)
        self.consent = Consent(context)
        self.enrolment = Enrolment(context)
        self.reference_photos = ReferencePhotos(context)
        self.siblings = Kinship(context)
        self.groups = Groups(context)
        self.layouts = Layouts(context)
        self.missing_protected = MissingProtected(context, self.people)
        self.left_out = LeftOut(context)
        self.photo_uploads, self.photo_work = PhotoUploads(context), PhotoWork(context)
        self.imports = Imports(context, self.people, self.consent, self.missing_protected)
        self.channels = Channels(context)
        self.checks = Checks(context)
        self.lineage = Lineage(context)
        self.approvals = Approvals(context)
        self.deleted_pictures = DeletedPictures(context)
        self.check_work = CheckWork(context)
        self.overview = Overview(context)
        self.standing_approvals = StandingApprovals(context)
        self.batches = Batches(context)
        self.opinions = Opinions(context)
        self.idempotency = Idempotency(context)
        self.clients = Clients(context)
        self.users = Users(context)
        self.export_release = ExportRelease(context, self.users)
        self.sessions = Sessions(context, self.users)
        self.second_factors = SecondFactors(context)
        self.saved_views = SavedViews(context)
        self.links = Links(context)
        self.account_news = AccountNews(context, self.users)
        self.lifecycle = Lifecycle(context, self.people)
        self.publications = Publications(context)
        self.takedowns = Takedowns(context)
        self.searches = Searches(context)
        self.reviews = Reviews(context)
        self.objections = Objections(context)
        self.let_pass = LetPass(context)
        self.webhooks = Webhooks(context)
        self.figures = Figures(context)
        self.to_do = ToDo(context)
        self.period_figures = PeriodFigures(context)
        self.hand_acts = HandActs(context)
        self.hand_outs = HandOuts(context)
        self.receipt_uses = ReceiptUses(context)
        self.clock = Clock(context)
        self.installation = Installation(context)
        self.school_identity = SchoolIdentity(context)
        self.audit = Audit(context)

    @property
    def actor(self) -> str:
        """Who does all this, as the audit names them."""
        return self._context.actor

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        return self._context.now

    @property
    def today(self) -> date:
        """The day of the transaction in the school's own time zone."""
        return self._context.today

    def import_impact(self, plan: Plan) -> Impact:
        """Return what an import of this plan would set off; see `roster_impact`."""
        return impact.impact(self._context, self.people, self.consent, plan)

    def together(self, changes: Iterable[Change]) -> Change:
        """Return what several changes of this transaction did."""
        return touching.together(self._context, changes)

    def retain(self, keep: timedelta) -> Retained:
        """Delete what is over, as `retention.run` says; finished checks are kept for so long."""
        return retention.run(self._context, self.sessions, keep)

    def retention_forecast(self, keep: timedelta, within: timedelta) -> Forecast:
        """Return what `retain` would delete now, and within a time, as `retention.forecast` says."""
        return retention.forecast(self._context, keep, within)

    def settle_after_restore(self, tombstones: Tombstones, made_at: datetime) -> Settled:
        """Keep what was destroyed or ended since a backup was made from coming alive, as `restoring` says."""
        return restoring.settle(self._context, tombstones, made_at)

    def write_last_uses(self, sessions: Mapping[str, datetime], keys: Mapping[str, datetime]) -> None:
        """Write when sessions (by id) and keys (by public part) were last used, as `last_uses` collects it."""
        last_uses.write(self._context, sessions, keys)

    def problems(self) -> list[str]:
        """Return everything that is wrong with the database, in sentences without names."""
        return list(integrity.problems(self._context))

    def pictures_needed(self) -> list[StoredPicture]:
        """Return the pictures that have to be in the storage."""
        return list(integrity.pictures(self._context))

    def keys_of_old(self) -> int:
        """Return how many data keys are not wrapped with the newest key of the key file."""
        return integrity.keys_of_old(self._context)

    def everything_about(self, asked: Asked) -> Held:
        """Return everything that is held about one person; it is written to the audit.

        Raises:
            NotFound: no person has this id.
        """
        return everything(self._context, asked)

    def register_version(self) -> int:
        """Return the register's version, with this transaction's own changes counted."""
        return self._context.register_version()

    def register(self, engine: str, dimension: int) -> Register:
        """Return the register with the templates of one engine.

        Args:
            engine: the engine's name.
            dimension: how many numbers its templates have.
        """
        return self._read_register(self._context, engine, dimension)

    def terms(self) -> Terms:
        """Return what the school's policy says about the register now."""
        return terms.current(self._context)

    def keep_terms(self, wanted: Terms) -> int:
        """Let other terms hold from now on; return how many templates that destroyed.

        Without biometrics no template may exist, so every one goes in the same
        transaction.

        Raises:
            NotPossible: the age of own consent does not lie between 0 and 18 years,
                or a take-down has no time.
        """
        terms.keep(self._context, wanted)
        return 0 if wanted.biometrics else destroy_all_templates(self._context, "no_biometrics")
