//! Words for the codes of `integrity` and `signature`. The code stands beside them in every report, so
//! that what a specialist needs is never lost; codes that mean the same to a person share a sentence.

/// English and Romanian.
pub(super) fn words(code: &str) -> (&'static str, &'static str) {
    changed(code).or_else(|| signature(code)).or_else(|| structure(code)).unwrap_or(GENERAL)
}

/// For a code that has no words yet.
const GENERAL: (&str, &str) = (
    "its bytes, or a signature over them, do not hold",
    "octeții sau o semnătură asupra lor nu sunt valabile",
);

type Words = Option<(&'static str, &'static str)>;

/// What was altered after it was signed.
fn changed(code: &str) -> Words {
    Some(match code {
        "page-changed" | "content-changed" | "font-changed" => {
            ("a page was changed after it was signed", "o pagină a fost schimbată după semnare")
        }
        "appearance-changed" | "appearance-shared" => (
            "what a field shows was changed after it was signed",
            "ceea ce arată un câmp a fost schimbat după semnare",
        ),
        "annotation-added" | "annotation-changed" | "annotation-removed" | "visible-field-added" => (
            "something was laid over a page, or taken from it, after it was signed",
            "ceva a fost pus peste o pagină sau luat de pe ea după semnare",
        ),
        "field-added" | "field-changed" | "field-removed" | "form-changed" => {
            ("the form was changed after it was signed", "formularul a fost schimbat după semnare")
        }
        "locked-field-changed" => {
            ("a field that a signature locks was changed", "un câmp blocat de o semnătură a fost schimbat")
        }
        "attachment-changed" => {
            ("an attachment was changed after it was signed", "un atașament a fost schimbat după semnare")
        }
        "metadata-changed" | "information-changed" | "document-id-changed" => (
            "what the document says of itself was changed after it was signed",
            "ceea ce spune documentul despre sine a fost schimbat după semnare",
        ),
        "structure-changed" => (
            "the order in which the page is read aloud was changed after it was signed",
            "ordinea în care se citește pagina cu voce tare a fost schimbată după semnare",
        ),
        "signature-changed" | "permissions-changed" | "security-store-changed" => (
            "a signature, or what it permits or rests on, was changed after it was signed",
            "o semnătură, ori ce permite sau pe ce se sprijină ea, a fost schimbată după semnare",
        ),
        "change-after-final-certification" => (
            "something was added to a document that was certified as final",
            "s-a adăugat ceva la un document certificat ca final",
        ),
        "catalog-changed"
        | "catalog-replaced"
        | "extensions-changed"
        | "object-changed"
        | "object-stream-replaced"
        | "trailer-changed"
        | "changed-object-unreadable" => (
            "the document was changed after it was signed, in a way that its signatures do not permit",
            "documentul a fost schimbat după semnare, într-un fel pe care semnăturile nu îl permit",
        ),
        "unlisted-bytes" | "unlisted-object" | "trailing-bytes" => (
            "the file holds bytes that belong to nothing in it",
            "fișierul conține octeți care nu aparțin de nimic din el",
        ),
        _ => return None,
    })
}

/// What is wrong with a signature itself.
fn signature(code: &str) -> Words {
    Some(match code {
        "digest-mismatch" | "imprint-mismatch" => {
            ("the signed bytes were altered", "octeții semnați au fost modificați")
        }
        "signature-invalid" => ("a signature does not verify", "o semnătură nu se verifică"),
        "unsupported-algorithm" | "unsupported-subfilter" | "unsupported-filter" => (
            "a signature is of a form that this verifier does not have",
            "o semnătură are o formă pe care acest verificator nu o are",
        ),
        "certificate-missing" | "signer-missing" => (
            "a signature does not hold its signer's certificate",
            "o semnătură nu conține certificatul semnatarului",
        ),
        "signing-certificate-absent" | "signing-certificate-mismatch" => (
            "a signature is not tied to its signer's certificate",
            "o semnătură nu este legată de certificatul semnatarului",
        ),
        "byte-range-invalid"
        | "byte-range-missing"
        | "byte-range-not-a-revision"
        | "byte-range-not-around-contents" => (
            "a signature does not say rightly which bytes it covers",
            "o semnătură nu spune corect ce octeți acoperă",
        ),
        "byte-range-shared" | "signature-shared" | "signature-reused" | "field-reused" => {
            ("one signature is shown in more than one place", "o semnătură este arătată în mai multe locuri")
        }
        "contents-empty" | "contents-missing" | "contents-not-hexadecimal" | "contents-padding-not-zero" => (
            "a signature's value is not where or what it must be",
            "valoarea unei semnături nu este unde sau ce trebuie să fie",
        ),
        "signature-key-repeated"
        | "signature-malformed"
        | "signature-not-a-dictionary"
        | "signature-not-in-the-clear"
        | "field-name-invalid"
        | "permissions-unreadable" => (
            "a signature's field or dictionary is not as it must be",
            "câmpul sau dicționarul unei semnături nu este cum trebuie",
        ),
        "cms-malformed"
        | "attribute-malformed"
        | "attribute-missing"
        | "attribute-repeated"
        | "content-missing"
        | "content-not-detached"
        | "content-type-mismatch"
        | "algorithm-protection-mismatch"
        | "digest-algorithm-mismatch"
        | "signed-attributes-missing"
        | "several-signers"
        | "timestamp-malformed"
        | "digest-unreadable" => {
            ("a signature's container is not as it must be", "conținutul unei semnături nu este cum trebuie")
        }
        "weak-digest-md5" => (
            "a signature is over MD5: anybody makes two documents with one such digest in seconds",
            "o semnătură este peste MD5: oricine face în câteva secunde două documente cu aceeași amprentă",
        ),
        "weak-digest-sha1" | "weak-key" => {
            ("a signature uses a weak algorithm", "o semnătură folosește un algoritm slab")
        }
        _ => return None,
    })
}

/// What is wrong with the file.
fn structure(code: &str) -> Words {
    Some(match code {
        "limit-exceeded" => (
            "it is larger or deeper than a document of this kind may be",
            "este mai mare sau mai adânc decât poate fi un asemenea document",
        ),
        "xref-loop" | "xref-malformed" | "xref-points-elsewhere" | "no-xref" | "no-startxref" => (
            "the PDF's table of objects cannot be trusted",
            "tabela de obiecte a PDF-ului nu este de încredere",
        ),
        "revisions-out-of-order" => {
            ("the PDF's revisions do not follow one another", "reviziile PDF-ului nu urmează una după alta")
        }
        "key-repeated" | "object-misplaced" | "stream-malformed" | "structure-malformed" => (
            "the PDF is damaged, or readers could understand it in two ways",
            "PDF-ul este stricat sau poate fi înțeles în două feluri",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_forger_does_has_words_of_its_own_in_both_languages() {
        let codes = "page-changed annotation-added attachment-changed metadata-changed catalog-replaced \
            unlisted-bytes trailing-bytes change-after-final-certification digest-mismatch signature-invalid \
            byte-range-not-a-revision signature-shared contents-empty cms-malformed xref-loop object-misplaced";
        for code in codes.split_whitespace() {
            let (en, ro) = words(code);
            assert_ne!((en, ro), GENERAL, "{code}");
            assert_ne!(en, ro, "{code}");
        }
        assert_eq!(words("a-code-of-tomorrow"), GENERAL);
    }

    #[test]
    fn what_was_changed_is_not_told_as_what_was_never_well_made() {
        assert_ne!(words("signature-changed"), words("signature-malformed"));
        assert_ne!(words("content-changed"), words("content-missing"));
    }
}
