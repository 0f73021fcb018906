"""The tables. Private to this package: what leaves it are the records.

Columns that tell who a person is, or why something was decided, hold sealed
bytes (`crypto`); what is in clear is what queries need and says nothing without
the key. `audit`, `statements`, `restrictions`, `restriction_reviews` and
`school_terms` are append-only: triggers made by the migrations refuse UPDATE and DELETE.
"""

from consent_db.schema.access import ClientKeyRow as ClientKeyRow
from consent_db.schema.access import ClientRow as ClientRow
from consent_db.schema.access import IdentityRow as IdentityRow
from consent_db.schema.access import LinkRow as LinkRow
from consent_db.schema.access import NewsReadRow as NewsReadRow
from consent_db.schema.access import RecoveryCodeRow as RecoveryCodeRow
from consent_db.schema.access import SavedViewRow as SavedViewRow
from consent_db.schema.access import SecondFactorRow as SecondFactorRow
from consent_db.schema.access import SessionRow as SessionRow
from consent_db.schema.access import UserRow as UserRow
from consent_db.schema.audit import AuditRow as AuditRow
from consent_db.schema.base import Instant as Instant
from consent_db.schema.base import SchoolIdentityRow as SchoolIdentityRow
from consent_db.schema.base import SchoolRow as SchoolRow
from consent_db.schema.base import Table as Table
from consent_db.schema.batches import BatchCheckRow as BatchCheckRow
from consent_db.schema.batches import BatchRow as BatchRow
from consent_db.schema.checks import CheckBlockRow as CheckBlockRow
from consent_db.schema.checks import CheckPersonRow as CheckPersonRow
from consent_db.schema.checks import CheckRow as CheckRow
from consent_db.schema.checks import DeletedPictureRow as DeletedPictureRow
from consent_db.schema.checks import ExpiryRow as ExpiryRow
from consent_db.schema.checks import IdempotencyRow as IdempotencyRow
from consent_db.schema.checks import OpinionRow as OpinionRow
from consent_db.schema.clock import ClockRow as ClockRow
from consent_db.schema.consent import RestrictionRow as RestrictionRow
from consent_db.schema.consent import StatementRow as StatementRow
from consent_db.schema.history import FormerFactsRow as FormerFactsRow
from consent_db.schema.history import FormerValuesRow as FormerValuesRow
from consent_db.schema.history import LetPassRow as LetPassRow
from consent_db.schema.history import ObjectionRow as ObjectionRow
from consent_db.schema.history import ReviewRow as ReviewRow
from consent_db.schema.history import TermsRow as TermsRow
from consent_db.schema.people import MembershipRow as MembershipRow
from consent_db.schema.people import NoteRow as NoteRow
from consent_db.schema.people import PersonRow as PersonRow
from consent_db.schema.people import RegisterChangeRow as RegisterChangeRow
from consent_db.schema.people import SiblingRow as SiblingRow
from consent_db.schema.people import TemplateRow as TemplateRow
from consent_db.schema.places import AttendanceRow as AttendanceRow
from consent_db.schema.places import ChannelRow as ChannelRow
from consent_db.schema.places import EventRow as EventRow
from consent_db.schema.publications import PublicationPersonRow as PublicationPersonRow
from consent_db.schema.publications import PublicationRow as PublicationRow
from consent_db.schema.publications import ReceiptUseRow as ReceiptUseRow
from consent_db.schema.publications import SearchRow as SearchRow
from consent_db.schema.publications import TakedownRow as TakedownRow
from consent_db.schema.roster import MissingProtectedRow as MissingProtectedRow
from consent_db.schema.roster import PhotoResultRow as PhotoResultRow
from consent_db.schema.roster import PhotoUploadRow as PhotoUploadRow
from consent_db.schema.roster import ReferencePhotoRow as ReferencePhotoRow
from consent_db.schema.roster import RosterImportRow as RosterImportRow
from consent_db.schema.roster import RosterLeftOutRow as RosterLeftOutRow
from consent_db.schema.roster import RosterMappingRow as RosterMappingRow
from consent_db.schema.roster import RosterTouchedRow as RosterTouchedRow
from consent_db.schema.webhooks import WebhookDeliveryRow as WebhookDeliveryRow
from consent_db.schema.webhooks import WebhookEventRow as WebhookEventRow
from consent_db.schema.webhooks import WebhookRow as WebhookRow
