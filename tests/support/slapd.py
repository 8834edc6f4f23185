"""A real OpenLDAP server (Debian's slapd) on 127.0.0.1, with entries of its own and a certificate.

It is started in a folder of the test's and ended by its process; tests skip where it isn't
installed.
"""

from __future__ import annotations

import datetime
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.identity import BASE
from tests.support.patient import until_listened_at

PROGRAM = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
SCHEMAS = Path("/etc/ldap/schema")

READER, READER_PASSWORD = f"cn=lecture,{BASE}", "mot de passe de lecture"
#: An account that the server gives five entries at most.
LIMITED = f"cn=limite,{BASE}"
PASSWORD = "cinq mots de l'annuaire"
#: Names that mean something to filters and to distinguished names.
ODD_NAMES = ("a*b", "c(d)", "e\\f", "#régie", "g,h")
MANY = 620

_CONF = """
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/nis.schema
include {schemas}/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
maxsize 67108864
suffix "{base}"
rootdn "cn=admin,{base}"
directory {folder}/data
index objectClass,uid,member eq
limits dn.exact="{limited}" size=5
limits dn.exact="{reader}" size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
"""


@dataclass(frozen=True, slots=True)
class Slapd:
    """A server at work: its addresses, and the file of the authority that its certificate is of."""

    plain: str
    encrypted: str
    authority: str


@contextmanager
def slapd(folder: Path) -> Iterator[Slapd]:
    """Give a server with the entries of `_entries`, ended when one is done with it."""
    assert PROGRAM
    # By its own path, Ubuntu's AppArmor would keep it in the system's folders.
    program = shutil.copy(PROGRAM, folder / "slapd")
    (folder / "data").mkdir()
    write_certificates(folder)
    conf = folder / "slapd.conf"
    conf.write_text(
        _CONF.format(schemas=SCHEMAS, folder=folder, base=BASE, limited=LIMITED, reader=READER),
        encoding="utf-8",
    )
    (folder / "entries.ldif").write_text("\n".join(_entries()), encoding="utf-8")
    adding = [program, "-T", "add", "-q", "-f", str(conf), "-l", str(folder / "entries.ldif")]
    subprocess.run(adding, check=True, capture_output=True)
    ports = free_ports(2)
    plain, encrypted = f"ldap://127.0.0.1:{ports[0]}", f"ldaps://127.0.0.1:{ports[1]}"
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [program, "-h", f"{plain} {encrypted}", "-f", str(conf), "-d", "0"],
            stdout=said,
            stderr=said,
        )
        try:
            for port in ports:
                until_listened_at(port, lambda: process.poll() is None)
            yield Slapd(plain, encrypted, str(folder / "ca.pem"))
        finally:
            process.terminate()
            process.wait(20)


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _entries() -> Iterator[str]:
    """Yield the lines of the directory: people by their roles, groups, groups within groups."""
    yield from _entry(BASE, "dcObject", "organization", dc="ville", o="Ville")
    for cn, password in (("lecture", READER_PASSWORD), ("limite", READER_PASSWORD)):
        classes = "organizationalRole", "simpleSecurityObject"
        yield from _entry(f"cn={cn},{BASE}", *classes, cn=cn, userPassword=password)
    for unit in ("agents", "groupes", "anciens"):
        yield from _entry(f"ou={unit},{BASE}", "organizationalUnit", ou=unit)
    for name in ("archiviste", "accueil", "direction", *ODD_NAMES):
        yield from _person(name, "agents")
    # Two of one name.
    yield from _person("doublon", "agents")
    yield from _person("doublon", "anciens")
    archiviste = f"uid=archiviste,ou=agents,{BASE}"
    yield from _group("archives", archiviste)
    yield from _group("documentation", f"cn=archives,ou=groupes,{BASE}")
    # In one another, without end.
    yield from _group("tournante-1", f"cn=tournante-2,ou=groupes,{BASE}", archiviste)
    yield from _group("tournante-2", f"cn=tournante-1,ou=groupes,{BASE}")
    unix = {"cn": "unix", "gidNumber": "1000", "memberUid": "archiviste"}
    yield from _entry(f"cn=unix,ou=groupes,{BASE}", "posixGroup", **unix)
    for name in ODD_NAMES:
        yield from _group(f"de-{ODD_NAMES.index(name)}", _place(name, "agents"))
    for number in range(MANY):
        yield from _group(f"groupe-{number}", f"uid=direction,ou=agents,{BASE}")


def _place(name: str, unit: str) -> str:
    escaped = name.replace("\\", "\\5c").replace(",", "\\2c").replace("#", "\\23")
    return f"uid={escaped},ou={unit},{BASE}"


def _person(name: str, unit: str) -> Iterator[str]:
    values = {"uid": name, "cn": name, "sn": name, "userPassword": PASSWORD}
    return _entry(_place(name, unit), "inetOrgPerson", **values)


def _group(name: str, *members: str) -> Iterator[str]:
    yield f"dn: cn={name},ou=groupes,{BASE}"
    yield "objectClass: groupOfNames"
    yield f"cn: {name}"
    yield from (f"member: {member}" for member in members)
    yield ""


def _entry(place: str, *classes: str, **values: str) -> Iterator[str]:
    yield f"dn: {place}"
    yield from (f"objectClass: {one}" for one in classes)
    yield from (f"{name}: {value}" for name, value in values.items())
    yield ""


def write_certificates(folder: Path) -> None:
    """Write an authority (ca.pem) and what it signed for 127.0.0.1 (cert.pem, key.pem)."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("Autorité", authority_key, "Autorité", authority_key)
    issued = _certificate("127.0.0.1", key, "Autorité", authority_key)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "cert.pem").write_bytes(issued.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(private)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, signing: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    is_authority = name == by
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not is_authority:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        built = built.add_extension(names, critical=False)
    return built.sign(signing, hashes.SHA256())
