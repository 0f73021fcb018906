"""The composition root: the services of the application, opened once and closed in reverse order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.application.checks.release.released_search import ReleaseSearch
from api.application.checks.screening import Screener
from api.application.checks.submission import SYSTEM
from api.application.instance import present
from api.application.jobs import Pool, Queue, after_a_crash
from api.application.letterhead import Letterhead
from api.application.opening import Clock, now, opened
from api.application.publishing.deliveries import Deliveries
from api.application.publishing.receipts import Receipts
from api.application.publishing.signing import Signatures
from api.application.publishing.tokens import Tokens
from api.platform.concurrency import Turns
from api.platform.oidc import SignInService
from api.platform.rate_limit import Rate
from api.platform.settings import Settings
from api.platform.storage import Objects, pictures_of, waiting_in
from api.platform.throttle import Throttle
from consent_db import Store
from consent_db.accounts.last_uses import LastUses
from consent_db.core.policy_terms import Terms
from consent_db.roster.files.sandbox import without_filter
from gatekeeper import vision
from gatekeeper.decision.case import Tools
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.policy.model import Policy
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.text.reader import PPOCR, WordReader

REFUSALS_PER_MINUTE: Final = 2
"""Of one account, and of all addresses without one together: enough to see that guessing goes on."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a request may need."""

    settings: Settings
    clock: Clock
    store: Store
    policy: Policy
    tools: Tools
    screener: Screener
    receipts: Receipts
    tokens: Tokens
    queue: Queue
    turns: Turns
    """Held while a request examines a picture itself, so that memory stays bounded."""
    throttle: Throttle
    rate: Rate
    """How much a program may send."""
    reads: Rate
    """How much it may ask for besides."""
    refusals: Rate
    """How many refused sign-ins of one account are written to the audit; all are in the log."""
    last_uses: LastUses
    """When keys and sessions were last used, until it is written."""
    search: ReleaseSearch
    deliveries: Deliveries
    sign_in: SignInService
    letterhead: Letterhead
    waiting: Objects
    """Where the files of imports in progress wait."""
    next_engine: Engine | None = None
    """What templates are made with too, while the school changes engines."""


@contextmanager
def open_services(
    settings: Settings,
    engine: Engine | None = None,
    clock: Clock = now,
    words: WordReader | None = None,
    opener: Opener | None = None,
) -> Iterator[Services]:
    """Open the store, the airlock, the engine and the queue; set up an empty data folder.

    Args:
        settings: where everything is.
        engine: one that is loaded already; None loads the one of the settings.
        clock: what time it is; tests give their own.
        words: a reader of words that is loaded already; None takes the one of the settings.
        opener: an airlock that runs already, and that its owner closes; None starts one.
    """
    policy = Policy.load(settings.policy)
    with ExitStack() as stack:
        store, keyring = stack.enter_context(opened(settings, policy, clock))
        _keep_terms(store, policy, clock())
        letterhead = Letterhead(policy.school_name)
        with store.reading(SYSTEM, clock()) as tx:
            letterhead.refresh(tx)
        without_filter(settings.unsafe_without_filter)
        opener = opener or stack.enter_context(Opener(Limits(unsafe_without_filter=settings.unsafe_without_filter)))
        engine = engine or vision.load(settings.engine, settings.model_folders)
        tools = Tools(opener, engine, words or PPOCR(settings.model_folders))
        pictures = pictures_of(settings, store)
        signatures = Signatures(keyring)
        screener = Screener(store, pictures, keyring, tools, policy, clock)
        alone = (lambda: after_a_crash(screener)) if pictures.objects.local else (lambda: None)  # docs/decisions/0078
        stack.enter_context(present(settings.data, if_alone=alone))
        queue = stack.enter_context(closing(Pool(screener, settings.workers)))
        yield Services(
            settings=settings,
            clock=clock,
            store=store,
            policy=policy,
            tools=tools,
            screener=screener,
            receipts=Receipts(screener, signatures, settings.base_url),
            tokens=Tokens(signatures, settings.base_url),
            queue=queue,
            turns=Turns(settings.workers),
            throttle=Throttle(clock),
            rate=Rate("minute", settings.checks_per_minute, clock),
            reads=Rate("reads", settings.reads_per_minute, clock),
            refusals=Rate("refusals", REFUSALS_PER_MINUTE, clock),
            last_uses=LastUses(),
            search=ReleaseSearch(store, pictures, tools.engine, clock),
            deliveries=Deliveries(store, clock, unsafe_to_loopback=settings.unsafe_webhooks_to_loopback),
            sign_in=SignInService(settings),
            letterhead=letterhead,
            waiting=waiting_in(settings),
            next_engine=vision.load(settings.next_engine, settings.model_folders) if settings.next_engine else None,
        )


def _keep_terms(store: Store, policy: Policy, moment: datetime) -> None:
    """Have the register keep what the policy says about it."""
    wanted = Terms(policy.own_consent_age, policy.biometrics, policy.takedown_hours)
    with store.reading(SYSTEM, moment) as tx:
        differs = tx.terms() != wanted
    if differs:
        with store.transaction(SYSTEM, moment) as tx:
            tx.keep_terms(wanted)
