"""Certificates of a moment, made by the openssl program."""

import ssl
import subprocess
from pathlib import Path


def make_certificate(folder: Path, name: str = "site", *, days: int = 30, password: str = "") -> tuple[Path, Path]:
    """For localhost, 127.0.0.1 and calls.example.test; signed by itself. -1 day: it is too old."""
    folder.mkdir(exist_ok=True)
    cert, key, request = folder / f"{name}.pem", folder / f"{name}.key", folder / f"{name}.csr"
    names = "subjectAltName=DNS:localhost,DNS:calls.example.test,IP:127.0.0.1"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    _openssl("req", "-new", *curve, "-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={name}", "-addext", names)
    _openssl(
        "x509", "-req", "-in", request, "-signkey", key, "-days", str(days), "-copy_extensions", "copy", "-out", cert
    )
    if password:
        _openssl("ec", "-in", key, "-aes128", "-passout", f"pass:{password}", "-out", key)
    return cert, key


def trusting(*certs: Path) -> ssl.SSLContext:
    """A client that knows these, and checks the name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for cert in certs:
        context.load_verify_locations(cert)
    return context


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)
