"""Nothing is sent into our own network, whatever an address is made to look like."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.platform import outward
from api.platform.outward import NotAllowed, NotReached, allowed, post
from tests.support.receiver import receiving

INSIDE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
    "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd12::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]",
    "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]",
    "[2002:a00:1::]", "[2001:0:0:0:0:0:80ff:fffe]",
]  # fmt: skip

NAMES = ["localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1."]


@pytest.mark.parametrize("host", INSIDE)
def test_addresses_inside_are_refused(host: str) -> None:
    """Loopback, private, link-local, shared, reserved, and IPv4 in IPv6's clothing."""
    with pytest.raises(NotAllowed, match="inside a network"):
        allowed(f"https://{host}/")


@pytest.mark.parametrize("host", NAMES)
def test_names_that_lead_inside_are_refused_before_anything_is_sent(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the number is spelled; no connection is tried."""
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it connected"))
    with pytest.raises((NotAllowed, NotReached)):
        post(f"https://{host}/", b"", {})


def test_one_closed_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with an open and a closed address is refused, in whichever order they come."""
    entries = [(0, 0, 0, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]
    for found in (entries, entries[::-1]):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        with pytest.raises(NotAllowed):
            post("https://rebinding.example/", b"", {})


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org", "example.org",
        "https://", "https:///x", "https://user@example.org/", "https://user:pw@example.org/", "https://example.org:0/",
        "https://example.org:99999/", "https://example.org:x/", "https://exam\nple.org/", "https://éxample.org/",
        "https://example.org/ x", "https://[::1", "https://" + "a" * 2_000, "",
    ],
)  # fmt: skip
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    """Other schemes, users, ports that are none, control characters, and what is too long."""
    with pytest.raises(NotAllowed, match=r"Give an address|give one"):
        allowed(url)


@pytest.mark.parametrize(
    "url", ["https://example.org", "https://example.org:8443/a?b=c", "https://1.1.1.1/", "https://[2606:4700::1111]/"]
)
def test_the_open_internet_is_allowed(url: str) -> None:
    """By name and by number, with a port and a path."""
    assert allowed(url).geturl() == url


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for a name; return a server's context and the file to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file


def test_the_certificate_has_to_be_the_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right one is spoken to; one for another name, or that nobody vouches for, is not."""
    right, trusted = certificate(tmp_path, "localhost")
    wrong, trusted_too = certificate(tmp_path, "elsewhere.example")
    with receiving(right) as receiver:
        with pytest.raises(NotReached):
            post(receiver.url, b"{}", {}, unsafe_to_loopback=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert post(receiver.url, b"{}", {}, unsafe_to_loopback=True) == 204
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted_too))
    with receiving(wrong) as receiver:
        with pytest.raises(NotReached):
            post(receiver.url, b"{}", {}, unsafe_to_loopback=True)
        assert receiver.received == []


def test_a_receiver_that_dawdles_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole exchange has an end, also when a byte comes now and then."""
    monkeypatch.setattr(outward, "PATIENCE", 0.6)
    server = socket.create_server(("127.0.0.1", 0))

    def dawdle() -> None:
        connection, _ = server.accept()
        with connection:
            for _ in range(100):
                try:
                    connection.send(b"H")
                except OSError:
                    return
                time.sleep(0.1)

    threading.Thread(target=dawdle, daemon=True).start()
    started = time.monotonic()
    with pytest.raises(NotReached):
        post(f"http://localhost:{server.getsockname()[1]}/", b"", {}, unsafe_to_loopback=True)
    assert time.monotonic() - started < 3
    server.close()
