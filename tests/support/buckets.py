"""A bucket for tests: a stand-in for S3 behind a proxy, reached through the real client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from api.platform.storage.bucket import Bucket, Patience
from tests.support.standins.bucket import BucketStandIn, bucket_standing_in
from tests.support.standins.network import Proxy, proxy_to

ADDRESS = "s3://pictures/school"
HASTY = Patience(connecting=1, silent=0.5, request=2, retries=2, altogether=2)


@dataclass(frozen=True, slots=True)
class Remote:
    """What stands in for the bucket, and the network in front of it."""

    bucket: BucketStandIn
    network: Proxy

    def open(self, patience: Patience = HASTY) -> Bucket:
        """Open it as an installation does."""
        return Bucket(ADDRESS, patience)


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    """An empty bucket on this machine, at `ADDRESS`."""
    with bucket_standing_in() as bucket, proxy_to(bucket.address) as network:
        monkeypatch.setenv("AWS_ENDPOINT_URL", network.address)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up-secret")
        monkeypatch.setenv("AWS_REGION", "eu-west-2")
        yield Remote(bucket, network)
