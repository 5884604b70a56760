#!/usr/bin/env python3
"""Timestamps and revocation, judged beside pyHanko, over a real authority, timestamp authority and OCSP responder.

usage: times.py FOLDER PECETE

FOLDER holds what the example `kinds` writes. An unsigned page of it is signed by pyHanko as verifier and as Treasury, at
each baseline level, with what certomancer's services answer over HTTP on this machine; then the documents are judged
years later, with certificates expired and revoked before and after the signature. Both `pecete verify` and pyHanko's
own implementation of EN 319 102-1 must say what the table says. Exit 0: they do; 1: one does not.
"""
import asyncio, datetime, io, json, logging, pathlib, subprocess, sys, tempfile, threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

from asn1crypto import cms, crl as asn1_crl
from certomancer.config_utils import SearchDir
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, KeyLabel, ServiceLabel
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from freezegun import freeze_time
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.validation import ades, policy_decl
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.revinfo.archival import CRLContainer
from pyhanko_certvalidator.registry import SimpleCertificateStore, SimpleTrustManager

logging.disable(logging.CRITICAL)  # what pyHanko says of a refused document is the expected result here, not news

SIGNED = "2024-06-03T17:00:00Z"
STAMPED_AGAIN = "2027-03-01T08:00:00Z"
KEYS = ["root", "issuing", "ocsp", "tsa-root", "tsa-2024", "tsa-2027", "stray-root", "stray-tsa", "verifier", "seal"]

# Who exists, from when to when, and who was revoked. `verifier` stands under several certificates of one key.
CONFIG = """
external-url-prefix: "http://127.0.0.1:{port}"
keysets:
  all:
    path-prefix: {keys}
    keys:
{key_list}
pki-architectures:
  house:
    keyset: all
    entity-defaults: {{country-name: RO, organization-name: Invented}}
    entities:
      root: {{common-name: Invented Root}}
      issuing: {{common-name: Invented Issuing}}
      ocsp: {{common-name: Invented OCSP}}
      tsa-root: {{common-name: Invented Time Root}}
      tsa-2024: {{common-name: Invented Time 2024}}
      tsa-2027: {{common-name: Invented Time 2027}}
      stray-root: {{common-name: Stray Root}}
      stray-tsa: {{common-name: Stray Time}}
      verifier: {{common-name: Maria Ionescu}}
      seal: {{common-name: Invented Seal}}
    certs:
      root: {{subject: root, issuer: root, validity: {{valid-from: "2020-01-01T00:00:00Z", valid-to: "2045-01-01T00:00:00Z"}}, profiles: [{{id: simple-ca, params: {{crl-repo: root}}}}]}}
      tsa-root: {{subject: tsa-root, issuer: tsa-root, validity: {{valid-from: "2020-01-01T00:00:00Z", valid-to: "2045-01-01T00:00:00Z"}}, profiles: [{{id: simple-ca, params: {{crl-repo: tsa-root}}}}]}}
      stray-root: {{subject: stray-root, issuer: stray-root, validity: {{valid-from: "2020-01-01T00:00:00Z", valid-to: "2045-01-01T00:00:00Z"}}, profiles: [{{id: simple-ca, params: {{crl-repo: stray-root}}}}]}}
      issuing: {{subject: issuing, issuer: root, validity: {{valid-from: "2020-01-01T00:00:00Z", valid-to: "2040-01-01T00:00:00Z"}}, profiles: [{{id: simple-ca, params: {{max-path-len: 0, crl-repo: issuing, ocsp-service: issuing}}}}]}}
      ocsp: {{subject: ocsp, issuer: issuing, validity: {{valid-from: "2020-01-01T00:00:00Z", valid-to: "2040-01-01T00:00:00Z"}}, profiles: [ocsp-responder]}}
      tsa-2024:
        subject: tsa-2024
        issuer: tsa-root
        validity: {{valid-from: "2022-01-01T00:00:00Z", valid-to: "2028-01-01T00:00:00Z"}}
        extensions: &tsa
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [time_stamping]}}
      tsa-2027: {{subject: tsa-2027, issuer: tsa-root, validity: {{valid-from: "2026-01-01T00:00:00Z", valid-to: "2038-01-01T00:00:00Z"}}, extensions: *tsa}}
      stray-tsa: {{subject: stray-tsa, issuer: stray-root, validity: {{valid-from: "2022-01-01T00:00:00Z", valid-to: "2038-01-01T00:00:00Z"}}, extensions: *tsa}}
      verifier: {{subject: verifier, issuer: issuing, validity: {{valid-from: "2023-01-01T00:00:00Z", valid-to: "2026-01-01T00:00:00Z"}}, profiles: [digsig-commitment]}}
      revoked-before: {{template: verifier, subject: verifier, subject-key: verifier, revocation: {{revoked-since: "2024-05-20T00:00:00Z", reason: key_compromise}}}}
      revoked-after: {{template: verifier, subject: verifier, subject-key: verifier, revocation: {{revoked-since: "2024-09-01T00:00:00Z", reason: cessation_of_operation}}}}
      seal: {{subject: seal, issuer: issuing, validity: {{valid-from: "2023-01-01T00:00:00Z", valid-to: "2026-01-01T00:00:00Z"}}, profiles: [digsig-commitment]}}
    services:
      ocsp:
        issuing: {{for-issuer: issuing, responder-cert: ocsp, signing-key: ocsp}}
      crl-repo:
        root: {{for-issuer: root, signing-key: root, simulated-update-schedule: P30D}}
        issuing: {{for-issuer: issuing, signing-key: issuing, simulated-update-schedule: P30D}}
        tsa-root: {{for-issuer: tsa-root, signing-key: tsa-root, simulated-update-schedule: P30D}}
        stray-root: {{for-issuer: stray-root, signing-key: stray-root, simulated-update-schedule: P30D}}
      time-stamping:
        tsa-2024: {{signing-key: tsa-2024, signing-cert: tsa-2024}}
        tsa-2027: {{signing-key: tsa-2027, signing-cert: tsa-2027}}
        stray-tsa: {{signing-key: stray-tsa, signing-cert: stray-tsa}}
"""


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class House:
    """The authority, its timestamp authorities and its responder, answering over HTTP."""

    def __init__(self, folder):
        keys = folder / "keys"
        keys.mkdir()
        for name in KEYS:
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            (keys / f"{name}.pem").write_bytes(key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        self.server = make_server("127.0.0.1", 0, self, handler_class=Quiet)
        self.port = self.server.server_port
        key_list = "\n".join(f"      {name}: {{path: {name}.pem}}" for name in KEYS)
        config = folder / "certomancer.yml"
        config.write_text(CONFIG.format(port=self.port, keys=keys, key_list=key_list))
        self.arch = CertomancerConfig.from_file(str(config), str(folder)).get_pki_arch(ArchLabel("house"))
        self.animator = Animator(AnimatorArchStore({ArchLabel("house"): self.arch}), with_web_ui=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __call__(self, environ, start_response):
        return self.animator(environ, start_response)

    def certificate(self, name):
        return self.arch.get_cert(CertLabel(name))

    def signer(self, certificate, key):
        store = SimpleCertificateStore.from_certs([self.certificate("issuing")])
        private = self.arch.key_set.get_private_key(KeyLabel(key))
        return signers.SimpleSigner(signing_cert=self.certificate(certificate), signing_key=private, cert_registry=store)

    def stamper(self, name):
        return timestamps.HTTPTimeStamper(f"http://127.0.0.1:{self.port}/house/tsa/{name}")

    def crls(self, at):
        moment = datetime.datetime.fromisoformat(at)
        return {name: self.arch.service_registry.get_crl(ServiceLabel(name), moment).dump()
                for name in ("root", "issuing", "tsa-root", "stray-root")}

    def context(self, **more):
        roots = [self.certificate(name) for name in ("root", "tsa-root", "stray-root")]
        return ValidationContext(trust_roots=roots, allow_fetching=True, fetcher_backend=RequestsFetcherBackend(),
                                 other_certs=[self.certificate("issuing")], **more)


# -- documents ---------------------------------------------------------------------------------------------------------

def sign(house, page, verifier, stamper, embed, lta=False, adobe=False):
    """The page, certified by the verifier and sealed, both with this timestamp authority."""
    output = io.BytesIO(page)
    writer = IncrementalPdfFileWriter(output)
    existing = [name for name, *_ in fields.enumerate_sig_fields(PdfFileReader(io.BytesIO(page)))]
    for name in ("Verificat", "Sigiliu"):
        if name not in existing:
            fields.append_signature_field(writer, SigFieldSpec(name))
    subfilter = SigSeedSubFilter.ADOBE_PKCS7_DETACHED if adobe else SigSeedSubFilter.PADES
    for name, certificate, key in (("Verificat", verifier, "verifier"), ("Sigiliu", "seal", "seal")):
        first = name == "Verificat"
        meta = signers.PdfSignatureMetadata(
            field_name=name, subfilter=subfilter, md_algorithm="sha256", certify=first,
            docmdp_permissions=MDPPerm.FILL_FORMS, embed_validation_info=embed, use_pades_lta=lta and not first,
            validation_context=house.context() if embed else None)
        pdf_signer = signers.PdfSigner(meta, signer=house.signer(certificate, key),
                                       timestamper=house.stamper(stamper) if stamper else None)
        output = pdf_signer.sign_pdf(writer, output=io.BytesIO())
        writer = IncrementalPdfFileWriter(io.BytesIO(output.getvalue()))
    return output.getvalue()


def stamp_again(house, document, stamper):
    """One more document timestamp over everything, as an archive does before the last one's certificate ends."""
    stamper = signers.PdfTimeStamper(house.stamper(stamper))
    reader = PdfFileReader(io.BytesIO(document))
    return stamper.update_archival_timestamp_chain(reader, house.context(), in_place=False).getvalue()


def transplant(document, donor):
    """The document with the timestamp of another document's seal in the place of its own (which no signature covers)."""
    def container(data):
        signature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[-1]
        a, b, c, _ = (int(n) for n in signature.sig_object["/ByteRange"])
        return cms.ContentInfo.load(bytes(signature.pkcs7_content)), a + b, c

    (own, start, end), (other, _, _) = container(document), container(donor)
    signer = own["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = other["content"]["signer_infos"][0]["unsigned_attrs"]
    digits = own.dump(force=True).hex().encode()
    return document[:start + 1] + digits.ljust(end - start - 2, b"0") + document[end - 1:]


# -- the table ---------------------------------------------------------------------------------------------------------

# name: level of the two signatures, how it is made
DOCUMENTS = {
    "b-b": ("B-B", dict(verifier="verifier", stamper=None, embed=False)),
    "b-t": ("B-T", dict(verifier="verifier", stamper="tsa-2024", embed=False)),
    "b-t-stray": ("B-T", dict(verifier="verifier", stamper="stray-tsa", embed=False)),
    "b-lt": ("B-LT", dict(verifier="verifier", stamper="tsa-2024", embed=True)),
    "b-lta": ("B-LTA", dict(verifier="verifier", stamper="tsa-2024", embed=True, lta=True)),
    "adbe": (None, dict(verifier="verifier", stamper="tsa-2024", embed=True, adobe=True)),
    "before": ("B-T", dict(verifier="revoked-before", stamper="tsa-2024", embed=False)),
    "before-b": ("B-B", dict(verifier="revoked-before", stamper=None, embed=False)),
    "after": ("B-T", dict(verifier="revoked-after", stamper="tsa-2024", embed=False)),
    "after-lta": ("B-LTA", dict(verifier="revoked-after", stamper="tsa-2024", embed=True, lta=True)),
    "after-b": ("B-B", dict(verifier="revoked-after", stamper=None, embed=False)),
}

PASSED = ("TOTAL-PASSED", None)
# document, judged at, with lists of (none: only what the document holds), our word or reason, notes, indication of the
# verifier's signature; then pyHanko's, where it differs, and why
CASES = [
    ("b-b", "2024-07-01T00:00:00Z", None, "accepted", set(), PASSED),
    ("b-t", "2024-07-01T00:00:00Z", None, "accepted", set(), PASSED),
    ("b-lt", "2024-07-01T00:00:00Z", "2024-07-01T00:00:00Z", "accepted", set(), PASSED),
    ("b-lta", "2024-07-01T00:00:00Z", "2024-07-01T00:00:00Z", "accepted", set(), PASSED),
    ("adbe", "2024-07-01T00:00:00Z", None, "accepted", set(), PASSED),
    # the signer's certificate has ended, the timestamp's has not
    ("b-b", "2027-06-01T00:00:00Z", None, "certificate-expired", set(), ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")),
    ("b-t", "2027-06-01T00:00:00Z", None, "accepted", {"certificate-expired-since"}, PASSED),
    ("b-lt", "2027-06-01T00:00:00Z", "2027-06-01T00:00:00Z", "accepted", {"certificate-expired-since"}, PASSED),
    ("b-lta", "2027-06-01T00:00:00Z", "2027-06-01T00:00:00Z", "accepted", {"certificate-expired-since"}, PASSED),
    ("adbe", "2027-06-01T00:00:00Z", None, "accepted", {"certificate-expired-since"}, PASSED),
    # a timestamp of somebody whom nobody trusts proves nothing
    ("b-t-stray", "2024-07-01T00:00:00Z", None, "accepted", {"timestamp-not-trusted"}, PASSED),
    ("b-t-stray", "2027-06-01T00:00:00Z", None, "certificate-expired", {"timestamp-not-trusted"},
     ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")),
    # nor does a timestamp that was made for another signature
    ("b-t-transplant", "2024-07-01T00:00:00Z", None, "accepted", {"timestamp-broken"}, PASSED),
    ("b-t-transplant", "2027-06-01T00:00:00Z", None, "certificate-expired",
     {"timestamp-broken", "certificate-expired-since"}, PASSED),
    # the timestamp's certificate has ended too: only who stamped again in time has a proof
    ("b-t", "2029-06-01T00:00:00Z", None, "certificate-expired", {"timestamp-not-trusted"},
     ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")),
    ("b-lta", "2029-06-01T00:00:00Z", "2029-06-01T00:00:00Z", "certificate-expired", {"timestamp-not-trusted"},
     ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")),
    ("b-lta-again", "2029-06-01T00:00:00Z", "2029-06-01T00:00:00Z", "accepted", {"certificate-expired-since"}, PASSED),
    ("b-lta-again", "2039-06-01T00:00:00Z", "2039-06-01T00:00:00Z", "certificate-expired", {"timestamp-not-trusted"},
     ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")),
    # revoked before, and after, the signature; the lists come in a folder
    ("before", "2024-10-01T00:00:00Z", "2024-10-01T00:00:00Z", "certificate-revoked", set(), ("TOTAL-FAILED", "REVOKED")),
    ("before-b", "2024-10-01T00:00:00Z", "2024-10-01T00:00:00Z", "certificate-revoked", set(),
     ("INDETERMINATE", "REVOKED_NO_POE")),
    ("after", "2024-10-01T00:00:00Z", "2024-10-01T00:00:00Z", "accepted", {"certificate-revoked-since"}, PASSED),
    ("after-lta", "2024-10-01T00:00:00Z", "2024-10-01T00:00:00Z", "accepted", {"certificate-revoked-since"}, PASSED),
    ("after-b", "2024-10-01T00:00:00Z", "2024-10-01T00:00:00Z", "certificate-revoked", set(),
     ("INDETERMINATE", "REVOKED_NO_POE")),
    # revoked, but nobody who is asked knows: the report says that nothing says so
    ("after-b", "2024-10-01T00:00:00Z", None, "accepted", set(), PASSED),
]

# Where pyHanko 0.38 asks for more than we do, by document and year of judgement: its sub-indication, and why.
STRAY = ("NO_CERTIFICATE_CHAIN_FOUND", "its process for timestamped signatures refuses a stranger's timestamp; to us it proves nothing")
NO_PROOF = ("NO_POE", "its past validation wants a proof of existence for each list and certificate; a list of ours in a "
            "folder is the auditor's word, and revocation data may be missing altogether, which the report then says")
DIFFERENCES = {
    ("b-t-stray", "2024"): STRAY, ("b-t-stray", "2027"): STRAY,
    ("before", "2024"): NO_PROOF, ("after", "2024"): NO_PROOF, ("b-lt", "2027"): NO_PROOF, ("b-lta", "2029"): NO_PROOF,
    ("b-lta-again", "2029"): NO_PROOF, ("b-lta-again", "2039"): NO_PROOF,
}

faults = []


def expect(holds, case, what):
    if not holds:
        faults.append(what)
        print(f"  FAULT {case}: {what}", flush=True)


def ours(pecete, document, trust, at, folder_of_lists=None, online=False):
    words = [pecete, "verify", document, "--trust", trust, "--at", at, "--json"]
    words += ["--revocation", folder_of_lists] if folder_of_lists else []
    words += ["--online"] if online else []
    result = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    return json.loads(result.stdout.splitlines()[0])


def pyhankos(house, document, level, at, crls):
    """pyHanko's indication of the first signature, by its own EN 319 102-1: the process of the signature's level."""
    checked = crls or level in ("B-LT", "B-LTA")
    rule = RevocationCheckingRule.CHECK_IF_DECLARED if checked else RevocationCheckingRule.NO_CHECK

    def policy(*roots):
        return CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=[house.certificate(root) for root in roots]),
            revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule), retroactive_revinfo=True))

    knowledge = policy_decl.LocalKnowledge(
        known_crls=[CRLContainer(asn1_crl.CertificateList.load(der)) for der in (crls or {}).values()],
        known_certs=[house.certificate("issuing")])
    spec = policy_decl.SignatureValidationSpec(
        cert_validation_policy=policy("root"), ts_cert_validation_policy=policy("tsa-root"), local_knowledge=knowledge,
        revinfo_gathering_policy=policy_decl.RevocationInfoGatheringSpec(
            online_fetching_rule=policy_decl.RevinfoOnlineFetchingRule.LOCAL_ONLY))
    signature = PdfFileReader(io.BytesIO(document)).embedded_regular_signatures[0]
    with freeze_time(at, real_asyncio=True):
        if checked and level != "B-B":
            judged = ades.ades_lta_validation(signature, policy_decl.PdfSignatureValidationSpec(spec))
        else:
            judge = ades.ades_basic_validation if level == "B-B" else ades.ades_with_time_validation
            judged = judge(signature.signed_data, spec, raw_digest=signature.compute_digest())
        result = asyncio.run(judged)
    word = result.ades_subindic.status.name.replace("PASSED", "TOTAL-PASSED").replace("FAILED", "TOTAL-FAILED")
    return (word, None if word == "TOTAL-PASSED" else result.ades_subindic.standard_name)


def trust_folder(house, folder):
    for role, root, members in (("verifier", "root", ("verifier", "revoked-before", "revoked-after")),
                                ("treasury", "root", ("seal",)), ("tsa", "tsa-root", ("tsa-2024", "tsa-2027"))):
        (folder / role).mkdir(parents=True)
        (folder / role / "root.der").write_bytes(house.certificate(root).dump())
        entries = [f'[[signer]]\ncertificate_sha256 = "{house.certificate(name).sha256.hex()}"\ntreasuries = ["*"]\n'
                   for name in members]
        (folder / role / "signers.toml").write_text("version = 1\n" + "".join(entries))


def fetched(house, pecete, folder, name):
    """The same by `--online`: the responder and the lists are asked over HTTP, and answer as of that day."""
    at = "2024-10-01T00:00:00Z"
    for what, word, standing in (("b-t", "accepted", "good"), ("after-b", "certificate-revoked", "revoked"),
                                 ("after", "accepted", "revoked-later")):
        with freeze_time(at, real_asyncio=True):
            told = ours(pecete, folder / what / name, folder / "trust", at, online=True)
        said = told["verdict"] if told["verdict"] == "accepted" else told["reason"]
        expect(said == word, f"{what} online", f"pecete says {said}, not {word}")
        person, issuing, _ = told["signatures"][0]["certificates"]
        expect(person["revocation"]["standing"] == standing, f"{what} online", f"the person stands {person['revocation']}")
        expect(person["revocation"]["told_by"] == "ocsp" and person["revocation"]["found_in"] == "network", f"{what} online",
               f"who told it: {person['revocation']}")
        expect(issuing["revocation"]["standing"] == "good", f"{what} online", f"the authority stands {issuing['revocation']}")


def main():
    kinds, pecete = pathlib.Path(sys.argv[1]), sys.argv[2]
    page = next(kinds.glob("rsa2048/one/unsigned-*.pdf"))
    name = page.name.removeprefix("unsigned-")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="times-"))
    house = House(folder)
    trust_folder(house, folder / "trust")
    documents = {}
    with freeze_time(SIGNED, real_asyncio=True, tick=True):
        for what, (_, how) in DOCUMENTS.items():
            documents[what] = sign(house, page.read_bytes(), **how)
    with freeze_time(STAMPED_AGAIN, real_asyncio=True, tick=True):
        documents["b-lta-again"] = stamp_again(house, documents["b-lta"], "tsa-2027")
    documents["b-t-transplant"] = transplant(documents["b-t"], documents["after"])
    levels = {what: level for what, (level, _) in DOCUMENTS.items()} | {"b-lta-again": "B-LTA", "b-t-transplant": "B-T"}
    for what, data in documents.items():
        (folder / what).mkdir()
        (folder / what / name).write_bytes(data)
    agreed = 0
    for what, at, lists_of, word, notes, indication in CASES:
        case = f"{what} at {at[:10]}" + (" with lists" if lists_of else "")
        crls, lists = None, None
        if lists_of:
            crls, lists = house.crls(lists_of), folder / f"lists-{lists_of[:10]}"
            lists.mkdir(exist_ok=True)
            for issuer, der in crls.items():
                (lists / f"{issuer}.crl").write_bytes(der)
        told = ours(pecete, folder / what / name, folder / "trust", at, lists)
        said = told["verdict"] if told["verdict"] == "accepted" else told["reason"]
        expect(said == word, case, f"pecete says {said}, not {word}: {told['message']}")
        expect(set(told["notes"]) - {"page-not-compared", "page-letters-unproven", "file-renamed", "not-certified"} == notes,
               case, f"pecete notes {told['notes']}, not {notes}")
        first = told["signatures"][0]
        found = (first["indication"], first["sub_indication"])
        expect(found == indication, case, f"pecete indicates {found}, not {indication}")
        if first["level"] != levels[what]:
            expect(at > "2028", case, f"level {first['level']}, not {levels[what]}")
        # pyHanko slides to the newest list, even to one from which an expired certificate is gone: it gets what it lacks
        needed = crls and {k: v for k, v in crls.items() if at < "2026" or k == "tsa-root"}
        if what == "b-t-transplant":
            continue  # pyHanko is asked about the first signature, and here the seal's timestamp was exchanged
        theirs = pyhankos(house, documents[what], levels[what], at, needed)
        if theirs[0] == indication[0] and (theirs[0] == "TOTAL-PASSED" or theirs[1] == indication[1]):
            agreed += 1
        else:
            known = DIFFERENCES.get((what, at[:4]))
            expect(known and known[0] == theirs[1], case, f"pyHanko says {theirs}, we {indication}")
            expect(theirs[0] != "TOTAL-PASSED", case, "pyHanko passes what we do not")
    fetched(house, pecete, folder, name)
    print(f"{len(CASES)} judgements over {len(documents)} documents, {agreed} of them word for word as pyHanko, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
