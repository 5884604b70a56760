#!/usr/bin/env python3
"""Certificate paths, judged beside `openssl verify` and pyHanko's path validator.

usage: paths.py FOLDER PECETE

Each case of the table is a chain with one thing wrong (or nothing), named by the clause that says so. A page of FOLDER (what
the example `kinds` writes) is signed with its last certificate, and `pecete verify` must say what the table says; so
must openssl and pyHanko, or the table says why they differ. Exit 0: all as the table says; 1: something is not.
"""
import asyncio, base64, datetime, io, json, logging, pathlib, subprocess, sys, tempfile

from asn1crypto import algos, core, keys as asn1_keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

logging.disable(logging.CRITICAL)  # what pyHanko says of a refused path is the expected result here, not news

AT = datetime.datetime(2026, 5, 12, 12, tzinfo=datetime.timezone.utc)
NAMES = {}


def key(name, bits=2048):
    """A key for everybody of one name; RSA, or P-256 for names that begin with `ec`."""
    if name not in NAMES:
        NAMES[name] = ec.generate_private_key(ec.SECP256R1()) if name.startswith("ec") \
            else rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return NAMES[name]


def public(private):
    return asn1_keys.PublicKeyInfo.load(private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def name(common, organization="Invented Authority"):
    return x509.Name.build({"organization_name": organization, "common_name": common})


def extension(oid, value, critical):
    return x509.Extension({"extn_id": oid, "critical": critical, "extn_value": value})


class Certificate:
    """A certificate: `ca` is None for a person, else the path length (-1: unlimited)."""

    serial = 100

    def __init__(self, who, issuer=None, ca=None, *, usage=None, purposes=None, critical_purposes=False, start=2020,
                 end=2030, digest="sha256", bits=2048, more=(), key_name=None, organization="Invented Authority",
                 forged=False, basic=True, key_of=None):
        Certificate.serial += 1
        self.name = name(who, organization)
        self.key = key(key_of or key_name or who, bits)
        signer, issuer_name = (issuer.key, issuer.name) if issuer else (self.key, self.name)
        if usage is None:
            usage = {"key_cert_sign", "crl_sign"} if ca is not None else {"digital_signature", "non_repudiation"}
        extensions = []
        if ca is not None and basic:
            constraints = {"ca": True} | ({"path_len_constraint": ca} if ca >= 0 else {})
            extensions.append(extension("basic_constraints", x509.BasicConstraints(constraints), True))
        if usage:
            extensions.append(extension("key_usage", x509.KeyUsage(usage), True))
        if purposes:
            extensions.append(extension("extended_key_usage", x509.ExtKeyUsageSyntax(purposes), critical_purposes))
        extensions.append(extension("key_identifier", core.OctetString(public(self.key).sha1), False))
        if issuer:
            extensions.append(extension("authority_key_identifier", x509.AuthorityKeyIdentifier(
                {"key_identifier": public(issuer.key).sha1}), False))
        extensions.extend(more)
        curve = isinstance(signer, ec.EllipticCurvePrivateKey)
        algorithm = algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa" if curve else f"{digest}_rsa"})
        moment = lambda year: x509.Time({"utc_time": datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc)})
        body = x509.TbsCertificate({
            "version": "v3", "serial_number": Certificate.serial, "signature": algorithm, "issuer": issuer_name,
            "validity": {"not_before": moment(start), "not_after": moment(end)}, "subject": self.name,
            "subject_public_key_info": public(self.key), "extensions": extensions})
        hash_ = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}[digest]
        data = body.dump()
        signature = signer.sign(data, ec.ECDSA(hash_)) if curve else signer.sign(data, padding.PKCS1v15(), hash_)
        if forged:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        self.certificate = x509.Certificate({
            "tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": signature})
        self.der = self.certificate.dump()


def subtree(organization):
    directory = x509.Name.build({"organization_name": organization})
    return x509.GeneralSubtree({"base": x509.GeneralName("directory_name", directory)})


def constrained(permitted=(), excluded=()):
    value = {k: [subtree(o) for o in v] for k, v in (("permitted_subtrees", permitted), ("excluded_subtrees", excluded)) if v}
    return extension("name_constraints", x509.NameConstraints(value), True)


def unknown(critical):
    return x509.Extension({"extn_id": "1.2.3.4.5", "critical": critical, "extn_value": core.ParsableOctetString(b"\x05\x00")})


def chain(*, root=None, between=({},), leaf=None):
    """Root, authorities, person, each with what makes the case."""
    all_ = [Certificate("Root", ca=-1, **(root or {}))]
    for number, options in enumerate(between):
        options = {"ca": -1} | options
        all_.append(Certificate(f"Issuing {number}", all_[-1], **options))
    all_.append(Certificate("Maria Ionescu", all_[-1], **(leaf or {})))
    return all_


def stranger():
    """The right names, with other keys."""
    real, other = chain(), chain(root={"key_name": "other root"})
    return [real[0], *other[1:]]


def crossed():
    """A and B certify each other; the root certifies A (RFC 4158, 5.2)."""
    root = Certificate("Root", ca=-1)
    a = Certificate("A", root, ca=-1)
    b = Certificate("B", a, ca=-1)
    again = Certificate("A", b, ca=-1)
    return [root, again, b, a, Certificate("Maria Ionescu", b)]


def gap():
    whole = chain(between=({}, {}))
    return [whole[0], whole[2], whole[3]]


GOOD = None
# case, clause of RFC 5280 (or another), chain, what we say (None: a path), whether openssl and pyHanko accept it where that
# differs from us, and why
CASES = [
    ("a path of three", "6.1", chain, GOOD, {}),
    ("an authority directly above", "6.1", lambda: chain(between=()), GOOD, {}),
    ("five authorities", "6.1", lambda: chain(between=[{}] * 5), GOOD, {}),
    ("keys on a curve", "6.1", lambda: chain(root={"key_name": "ec root"}, between=({"key_name": "ec issuing"},)), GOOD, {}),
    ("expired signer", "6.1.3 (a) (2)", lambda: chain(leaf={"end": 2026}), "certificate-expired", {}),
    ("expired authority", "6.1.3 (a) (2)", lambda: chain(between=({"end": 2026},)), "certificate-expired", {}),
    ("expired anchor", "6.1.1 (d)", lambda: chain(root={"end": 2026}), "certificate-expired",
     {"pyhanko": "an anchor is trusted whatever its dates; we and openssl are stricter"}),
    ("signer not yet valid", "6.1.3 (a) (2)", lambda: chain(leaf={"start": 2027}), "certificate-not-yet-valid", {}),
    ("authority not yet valid", "6.1.3 (a) (2)", lambda: chain(between=({"start": 2027},)), "certificate-not-yet-valid", {}),
    ("forged signature of the signer", "6.1.3 (a) (1)", lambda: chain(leaf={"forged": True}), "chain-not-found", {}),
    ("forged signature of an authority", "6.1.3 (a) (1)", lambda: chain(between=({"forged": True},)), "chain-not-found", {}),
    ("right names, other keys", "6.1.3 (a) (1)", stranger, "chain-not-found", {}),
    ("an authority is missing", "6.1.3 (a) (4)", gap, "chain-not-found", {}),
    ("no basic constraints", "6.1.4 (k)", lambda: chain(between=({"basic": False},)), "issuer-not-a-ca", {}),
    ("a person as authority", "6.1.4 (k)", lambda: chain(between=({"ca": None},)), "issuer-not-a-ca", {}),
    ("an authority that may not certify", "6.1.4 (n)", lambda: chain(between=({"usage": {"crl_sign"}},)), "issuer-not-a-ca", {}),
    ("an authority without a usage", "6.1.4 (n)", lambda: chain(between=({"usage": set()},)), GOOD,
     {"openssl": "-x509_strict asks every authority for a key usage; RFC 5280 asks issuers to write it, not readers to refuse"}),
    ("path length 0, kept", "6.1.4 (l)", lambda: chain(between=({"ca": 0},)), GOOD, {}),
    ("path length 0, exceeded", "6.1.4 (l)", lambda: chain(between=({"ca": 0}, {})), "path-too-long", {}),
    ("path length 1, exceeded below", "6.1.4 (l)", lambda: chain(between=({"ca": 1}, {}, {})), "path-too-long", {}),
    ("unknown critical extension of the signer", "6.1.5 (f)", lambda: chain(leaf={"more": [unknown(True)]}),
     "unknown-critical-extension", {}),
    ("unknown critical extension of an authority", "6.1.4 (o)", lambda: chain(between=({"more": [unknown(True)]},)),
     "unknown-critical-extension", {}),
    ("unknown extension that is not critical", "4.2", lambda: chain(leaf={"more": [unknown(False)]}), GOOD, {}),
    ("permitted name", "6.1.3 (b)", lambda: chain(between=({"more": [constrained(["Invented Authority"])]},)), GOOD, {}),
    ("name outside the permitted", "6.1.3 (b)", lambda: chain(between=({"more": [constrained(["Another"])]},)),
     "name-constraints-violated", {}),
    ("excluded name", "6.1.3 (c)", lambda: chain(between=({"more": [constrained(excluded=["Invented Authority"])]},)),
     "name-constraints-violated", {}),
    ("another name excluded", "6.1.3 (c)", lambda: chain(between=({"more": [constrained(excluded=["Another"])]},)), GOOD, {}),
    ("constraints two levels above", "6.1.4 (g)", lambda: chain(between=({"more": [constrained(["Another"])]}, {})),
     "name-constraints-violated", {}),
    ("a policy is demanded, none is there", "6.1.4 (i)", lambda: chain(between=({"more": [extension(
        "policy_constraints", x509.PolicyConstraints({"require_explicit_policy": 0}), True)]},)),
     "unknown-critical-extension", {"openssl": "policies are checked with -policy_check alone"}),
    ("a usage that does not sign", "4.2.1.3", lambda: chain(leaf={"usage": {"key_encipherment"}}), "key-usage-forbids-signing", {}),
    ("a TLS server", "4.2.1.12", lambda: chain(leaf={"purposes": ["server_auth"]}), "key-usage-forbids-signing",
     {"pyhanko": "it is asked for the key usage alone"}),
    ("mail", "4.2.1.12", lambda: chain(leaf={"purposes": ["email_protection"]}), GOOD, {}),
    ("an authority that signed with SHA-1", "RFC 9155; EN 319 312", lambda: chain(leaf={"digest": "sha1"}), "weak-signature-in-chain", {}),
    ("authorities that certify each other", "RFC 4158, 5.2", crossed, GOOD,
     {"openssl": "it follows the first certificate of a name and does not turn back"}),
]

faults = []


def expect(holds, case, what):
    if not holds:
        faults.append(what)
        print(f"  FAULT {case}: {what}", flush=True)


def sign(page, all_):
    leaf = all_[-1]
    private = asn1_keys.PrivateKeyInfo.load(leaf.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    store = SimpleCertificateStore.from_certs([c.certificate for c in all_[1:-1]])
    signer = signers.SimpleSigner(signing_cert=leaf.certificate, signing_key=private, cert_registry=store)
    writer = IncrementalPdfFileWriter(io.BytesIO(page))
    fields.append_signature_field(writer, SigFieldSpec("Proba"))
    meta = signers.PdfSignatureMetadata(field_name="Proba", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    return signers.PdfSigner(meta, signer=signer).sign_pdf(writer).getvalue()


def ours(pecete, page, all_, folder):
    trust = folder / "trust" / "verifier"
    trust.mkdir(parents=True)
    (trust / "root.der").write_bytes(all_[0].der)
    digest = all_[-1].certificate.sha256.hex()
    (trust / "signers.toml").write_text(f'version = 1\n[[signer]]\ncertificate_sha256 = "{digest}"\ntreasuries = ["*"]\n')
    (folder / "document.pdf").write_bytes(sign(page, all_))
    words = [pecete, "verify", folder / "document.pdf", "--trust", folder / "trust", "--at", AT.isoformat(), "--json"]
    told = json.loads(subprocess.run([str(w) for w in words], capture_output=True, text=True).stdout)
    signature = told["signatures"][0]
    codes = [code for code in signature["problems"] if not code.startswith("weak-digest")]
    return None if signature["trust"] == "trusted" else (codes or ["?"])[0]


def openssl(all_, folder):
    pem = lambda certificates: b"".join(
        b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(c.der) + b"-----END CERTIFICATE-----\n" for c in certificates)
    for file, certificates in (("root.pem", all_[:1]), ("others.pem", all_[1:-1]), ("leaf.pem", all_[-1:])):
        (folder / file).write_bytes(pem(certificates))
    words = ["openssl", "verify", "-x509_strict", "-purpose", "smimesign", "-auth_level", "2", "-attime", str(int(AT.timestamp())),
             "-CAfile", folder / "root.pem", "-no-CApath", "-no-CAstore"]
    words += ["-untrusted", folder / "others.pem"] if all_[1:-1] else []
    result = subprocess.run([str(w) for w in [*words, folder / "leaf.pem"]], capture_output=True, text=True)
    return result.returncode == 0, result.stderr.strip().splitlines()[-2:] if result.returncode else ""


def pyhanko(all_):
    context = ValidationContext(trust_roots=[all_[0].certificate], moment=AT, allow_fetching=False,
                                other_certs=[c.certificate for c in all_[1:-1]])
    validator = CertificateValidator(all_[-1].certificate, intermediate_certs=[c.certificate for c in all_[1:-1]],
                                     validation_context=context)
    try:
        asyncio.run(validator.async_validate_usage({"digital_signature"}))
        return True, ""
    except Exception as refusal:
        return False, str(refusal)[:200]


def main():
    kinds, pecete = pathlib.Path(sys.argv[1]), sys.argv[2]
    page = next(kinds.glob("rsa2048/one/unsigned-*.pdf")).read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        for number, (case, clause, make, word, differ) in enumerate(CASES):
            folder = pathlib.Path(scratch) / str(number)
            folder.mkdir()
            all_ = make()
            label = f"{case} ({clause})"
            said = ours(pecete, page, all_, folder)
            expect(said == word, label, f"pecete says {said}, not {word}")
            for judge, (accepts, why) in (("openssl", openssl(all_, folder)), ("pyhanko", pyhanko(all_))):
                agrees = accepts == (word is None)
                expect(agrees != (judge in differ), label, f"{judge} {'accepts' if accepts else 'refuses'} it: {why}")
    print(f"{len(CASES)} paths by pecete, openssl and pyHanko: {len(faults)} faults; "
          f"{sum(len(differ) for *_, differ in CASES)} differences that the table explains")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
