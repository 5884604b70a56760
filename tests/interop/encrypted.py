"""Documents that qpdf encrypted so that they open without a password, signed twice by pyHanko: what does `pecete verify` say of them?

Usage: encrypted.py FOLDER PECETE      FOLDER: what `kinds` made; an unsigned document of it is taken.
"""

import datetime
import io
import json
import logging
import pathlib
import subprocess
import sys
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigSeedSubFilter

logging.disable(logging.WARNING)

KINDS = {
    "RC4, 40 bits": ["40"],
    "RC4, 128 bits": ["128", "--use-aes=n"],
    "AES-128": ["128", "--use-aes=y"],
    "AES-256": ["256"],
}


def signer(folder):
    """A key to throw away, with a certificate that nobody trusts: only the bytes are judged."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Semnatar inventat")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                   .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
                   .sign(key, hashes.SHA256()))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return signers.SimpleSigner.load(str(folder / "key.pem"), str(folder / "certificate.pem"))


def sign(document, who):
    writer = IncrementalPdfFileWriter(io.BytesIO(document), strict=False)
    writer.encrypt("")
    empty = [name for name, value, _ in fields.enumerate_sig_fields(writer.prev) if value is None]
    metadata = signers.PdfSignatureMetadata(field_name=empty[0], md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    return signers.PdfSigner(metadata, signer=who).sign_pdf(writer).getvalue()


def judge(pecete, path):
    told = subprocess.run([pecete, "verify", "--integrity-only", "--json", str(path)], capture_output=True, text=True)
    return json.loads(told.stdout)


def main(folder, pecete):
    plain = sorted(pathlib.Path(folder).rglob("unsigned*.pdf"))[0]
    faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        who = signer(scratch)
        for kind, words in KINDS.items():
            locked, signed, broken = (scratch / name for name in ("locked.pdf", "signed.pdf", "broken.pdf"))
            subprocess.run(["qpdf", "--allow-weak-crypto", "--encrypt", "", "owner", *words, "--", plain, locked], check=True)
            data = sign(sign(locked.read_bytes(), who), who)
            signed.write_bytes(data)
            found = judge(pecete, signed)
            good = found["integrity"] == "intact" and len(found["signatures"]) == 2 and found["statement"]["checks"]["schema"]
            # a byte of an encrypted stream, inside both signatures
            at = data.index(b"stream", len(data) // 8) + 40
            broken.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
            good = good and judge(pecete, broken)["integrity"] != "intact"
            faults += not good
            print(f"encrypted with {kind}: {'intact' if good else 'NOT AS IT SHOULD BE: ' + json.dumps(found)}")
    return 1 if faults else 0


sys.exit(main(*sys.argv[1:3]))
