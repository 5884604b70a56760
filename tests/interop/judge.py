#!/usr/bin/env python3
"""Holds documents that Pecete made against tools that we did not write.

usage: judge.py FOLDER PECETE [--flips N]

FOLDER holds what the example `kinds` writes: `manifest.tsv` (document, kind, anchor), and `trust/`. Each document is
judged by pyHanko, pdfsig, qpdf, openssl cms, pdfdetach, xmllint, pdffonts and pdftotext; then bytes are flipped, and
both pyHanko and `pecete verify` must change their verdict. Exit 0: every judge agrees; 1: one does not.
"""
import argparse, asyncio, concurrent.futures, csv, io, json, logging, os, pathlib, random, re, subprocess, sys, tempfile
import xml.etree.ElementTree as ElementTree

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = ROOT.parent / "shared"
logging.disable(logging.CRITICAL)  # pyHanko's log of a broken file is the expected result here, not news

faults = []


def expect(holds, document, what):
    if not holds:
        faults.append(f"{document.name}: {what}")
        print(f"  FAULT {document.name}: {what}", flush=True)


def run(*words, **options):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, errors="replace", **options)


# -- pyHanko -----------------------------------------------------------------------------------------------------------

def pyhanko_statuses(data, anchor):
    context = ValidationContext(trust_roots=list(load_certs_from_pemder([str(anchor)])), allow_fetching=False)

    async def judge():
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        return [await async_validate_pdf_signature(s, context) for s in reader.embedded_regular_signatures]

    return asyncio.run(judge())


def pyhanko(document, kind, anchor):
    statuses = pyhanko_statuses(document.read_bytes(), anchor)
    expect(len(statuses) == (1 if kind == "stick" else 2), document, f"pyHanko finds {len(statuses)} signatures")
    for status in statuses:
        expect(status.bottom_line, document, f"pyHanko: {status.summary()}")
        expect(status.trusted, document, "pyHanko: not trusted")
        expect(status.docmdp_ok, document, "pyHanko: permissions not honoured")
    last = statuses[-1]
    expect(last.coverage == SignatureCoverageLevel.ENTIRE_FILE, document, f"pyHanko: last covers {last.coverage}")
    first = statuses[0].modification_level
    most = ModificationLevel.NONE if kind == "stick" else ModificationLevel.FORM_FILLING
    expect(first is not None and first <= most, document, f"pyHanko: after the certification {first}")


def pyhanko_accepts(data, anchor, signatures):
    try:
        statuses = pyhanko_statuses(data, anchor)
    except Exception:  # whatever it says of a broken file, it does not accept it
        return False
    return len(statuses) == signatures and all(s.bottom_line for s in statuses)


# -- poppler, NSS ------------------------------------------------------------------------------------------------------

def pdfsig(document, kind, anchor, store):
    run("certutil", "-A", "-d", f"sql:{store}", "-n", anchor.stem + anchor.parent.name, "-t", "CT,CT,CT", "-i", anchor)
    # Without -no-ocsp: with it, poppler 22.12 calls every certificate an "unknown issue". Ours name no responder.
    result = run("pdfsig", "-nssdir", f"sql:{store}", document)
    wanted = 1 if kind == "stick" else 2
    for line in ("Signature Validation: Signature is Valid.", "Certificate Validation: Certificate is Trusted."):
        expect(result.stdout.count(line) == wanted, document, f"pdfsig: not {wanted} × `{line}`: {result.stdout[-900:]}")
    expect("Total document signed" in result.stdout, document, "pdfsig: the last signature covers not the whole")


def fonts(document):
    rows = run("pdffonts", document).stdout.splitlines()[2:]
    expect(rows, document, "pdffonts: no font")
    for row in rows:
        embedded, subset, unicode = row.split()[-5:-2]
        expect(embedded == "yes" and unicode == "yes", document, f"pdffonts: {row}")


# -- qpdf, openssl -----------------------------------------------------------------------------------------------------

def qpdf(document):
    result = run("qpdf", "--check", document)
    good = result.returncode == 0 and not result.stderr and "No syntax or stream encoding errors found" in result.stdout
    expect(good, document, f"qpdf --check: {result.stdout[-300:]} {result.stderr[-300:]}")


def openssl(document, anchor, folder):
    data = document.read_bytes()
    for number, signature in enumerate(PdfFileReader(io.BytesIO(data)).embedded_regular_signatures):
        a, b, c, d = (int(n) for n in signature.sig_object["/ByteRange"])
        content, cms = folder / f"{number}.bin", folder / f"{number}.der"
        content.write_bytes(data[a:a + b] + data[c:c + d])
        cms.write_bytes(bytes(signature.pkcs7_content))
        result = run("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", cms, "-content", content,
                     "-CAfile", anchor, "-purpose", "any", "-x509_strict", "-out", "/dev/null")
        expect(result.returncode == 0, document, f"openssl cms: {result.stderr[-300:]}")


# -- the attachment and the page ---------------------------------------------------------------------------------------

def attachment(document, pecete, trust, folder):
    detached, extracted = folder / "detached", folder / "extracted"
    detached.mkdir(), extracted.mkdir()
    run("pdfdetach", "-saveall", "-o", detached, document)
    result = run(pecete, "extract", document, "--trust", trust, "-o", extracted)
    expect(result.returncode == 0, document, f"pecete extract: {result.stdout} {result.stderr}")
    names = sorted(p.name for p in detached.iterdir())
    expect(len(names) == 1 and names == sorted(p.name for p in extracted.iterdir()), document, f"attachments {names}")
    if not names:
        return None
    theirs = (detached / names[0]).read_bytes()
    expect(theirs == (extracted / names[0]).read_bytes(), document, "pdfdetach and pecete extract differ")
    result = run("xmllint", "--noout", "--nonet", "--schema", ROOT / "schemas/extras.xsd", detached / names[0])
    expect(result.returncode == 0, document, f"xmllint: {result.stderr[-300:]}")
    return theirs


def page_amount(oracle):
    sign, digits = ("-", oracle[1:]) if oracle.startswith("-") else ("", oracle)
    lei, _, rest = digits.partition(".")
    return f"{sign}{int(lei or 0):,}.{rest:0<2}"


def page_date(text):
    return f"{text[6:]}.{text[4:6]}.{text[:4]}"


def words_in_order(xml):
    """What the page must say, in reading order, taken from the XML by a reader that is not ours."""
    root = ElementTree.fromstring(xml)
    yield "EXTRAS DE CONT"
    for account in root.findall("cont_ext"):
        head = account.find("cont")
        yield from (head.text, root.get("Denumire_EP"), head.get("Cod_IBAN"))
        yield "Sold precedent"
        for operation in account.findall("cont_misc"):
            value = lambda name: operation.findtext(name) or ""
            yield from (value("nrdoc"), page_date(value("datadoc")), page_date(value("databan")), value("nrrefdest"),
                        value("ibanbfpl"), value("platitor"), value("numepb"))
            yield from (page_amount(value(side)) for side in ("sumad", "sumac") if value(side) != "0")
            yield from (value(name) for name in ("codcontract", "randcontract", "codprogram", "explicatii"))
        for name in ("Rulaj_zi", "Total_sume", "Sold_final"):
            yield name.replace("_", " ")
            for side in ("Sumad", "Sumac"):
                amount = account.findtext(f"{name}/{side}")
                if amount != "0":
                    yield page_amount(amount)
    yield "Întocmit și verificat,"


def page(document, xml):
    text = run("pdftotext", "-raw", "-enc", "UTF-8", document, "-").stdout
    # What wraps in a cell is one text; between two rows a new page may begin, with its header row.
    packed, at = re.sub(r"\s", "", text), 0
    for word in words_in_order(xml):
        found = packed.find(re.sub(r"\s", "", word), at)
        expect(found >= 0, document, f"pdftotext: `{word}` is not where it should be")
        if found < 0:
            return
        at = found + len(re.sub(r"\s", "", word))
    for word in ("pagina1din", "Întocmitșiverificat,"):
        expect(word.lower() in packed.lower(), document, f"pdftotext: no `{word}`")


# -- forgeries ---------------------------------------------------------------------------------------------------------

def pecete_accepts(document, pecete, trust):
    result = run(pecete, "verify", "--json", "--trust", trust, document)
    report = json.loads(result.stdout.splitlines()[0])
    assert (result.returncode == 0) == (report["verdict"] == "accepted"), result
    return report["verdict"] == "accepted"


def flips(document, kind, anchor, pecete, trust, count, folder):
    data = document.read_bytes()
    chance = random.Random(document.name)  # the same bytes at each run
    signatures = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures
    first = [int(n) for n in signatures[0].sig_object["/ByteRange"]]
    signed = [range(first[0], first[0] + first[1]), range(first[2], first[2] + first[3])]
    for _ in range(count):
        stretch = chance.choices(signed, weights=[len(s) for s in signed])[0]
        at, bit = chance.choice(stretch), 1 << chance.randrange(8)
        forged = bytearray(data)
        forged[at] ^= bit
        place = folder / document.name
        place.write_bytes(forged)
        expect(not pecete_accepts(place, pecete, trust), document, f"pecete accepts bit {bit} of byte {at} flipped")
        expect(not pyhanko_accepts(bytes(forged), anchor, len(signatures)), document, f"pyHanko accepts byte {at} flipped")


def archival(folder):
    """PDF/A-3a and PDF/UA-1: unsigned, signed once (the published document's first revision), signed twice."""
    script = SHARED / "checks/pdfa_ua.py"
    if not script.exists():
        print(f"  not checked: PDF/A-3a and PDF/UA-1, for want of {script}")
        return
    # The script's time grows with the square of the pages: of 5,000 operations it would need a quarter of an hour.
    documents = sorted(d for d in folder.rglob("*.pdf") if d.parent.name != "large")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda document: run(sys.executable, script, document), documents):
            if result.returncode != 0:
                faults.append("pdfa_ua.py")
                print(result.stdout[-3000:], result.stderr[-500:])
    print(f"  PDF/A-3a, PDF/UA-1: {len(documents)} documents")


def first_revisions(rows, folder):
    for document, kind, _ in rows:
        if kind != "published":
            continue
        data = document.read_bytes()
        signature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0]
        *_, c, d = (int(n) for n in signature.sig_object["/ByteRange"])
        place = document.with_name("once-" + document.name)
        place.write_bytes(data[:c + d])
        qpdf(place)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("pecete", type=pathlib.Path)
    arguments.add_argument("--flips", type=int, default=12)
    options = arguments.parse_args()
    folder, trust = options.folder, options.folder / "trust"
    with open(folder / "manifest.tsv", encoding="utf-8") as manifest:
        rows = [(folder / d, kind, folder / anchor) for d, kind, anchor in csv.reader(manifest, delimiter="\t")]
    assert rows, "no documents"
    with tempfile.TemporaryDirectory() as store:
        run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
        for document, kind, anchor in rows:
            print(f"{document.relative_to(folder)} ({kind})", flush=True)
            with tempfile.TemporaryDirectory() as scratch:
                scratch = pathlib.Path(scratch)
                pyhanko(document, kind, anchor)
                pdfsig(document, kind, anchor, store)
                qpdf(document)
                fonts(document)
                openssl(document, anchor, scratch)
                xml = attachment(document, options.pecete, trust, scratch)
                if xml:
                    page(document, xml)
                expect(pecete_accepts(document, options.pecete, trust), document, "pecete refuses it")
                # pyHanko needs half a minute for the large one.
                count = 1 if document.parent.name == "large" else options.flips
                flips(document, kind, anchor, options.pecete, trust, count, scratch)
    first_revisions(rows, folder)
    archival(folder)
    print(f"{len(rows)} documents, {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
