//! From bytes to facts: every signature with what it covers, what it says, and what came after it.

use super::changes::{self, Step};
use super::coverage::{self, Located};
use super::facts::{ChangesAfter, Coverage, Integrity, IntegrityVerdict, SignatureFacts, TimestampFacts};
use super::fields::{self, Field};
use super::permissions::{Lock, Permissions};
use super::policy::PageBeforePublishing;
use super::signature::{self, Attached, Checked, Digest};
use super::{attachments, date, page, store};
use crate::pdf::reader::{Dict, Document, Object, Place, ReadFault, Ref, Source, View, limits};
use crate::trust::Origin;
use std::io;

/// Everything that the bytes say: revisions, signatures with their coverage, what changed after each, attachments.
/// Never fails: what cannot be read is a fact too (`broken` with its reason).
pub fn examine(source: &(impl Source + ?Sized)) -> Integrity {
    examine_with(source, PageBeforePublishing::Compared)
}

/// The same, with or without the text of the pages.
pub(super) fn examine_with(source: &(impl Source + ?Sized), pages: PageBeforePublishing) -> Integrity {
    let mut integrity = Integrity::unread(source.length());
    if let Err(fault) = Document::open(source).and_then(|document| fill(&document, pages, &mut integrity)) {
        integrity.verdict = IntegrityVerdict::Broken;
        integrity.reason = fault.code();
    }
    integrity
}

/// A signature as it was found, and what is known of it.
struct Found {
    facts: SignatureFacts,
    permissions: Permissions,
    /// What it brings along to tell who was revoked.
    revocation: Attached,
    /// Why it is tampered with, where it is.
    tampered: Option<&'static str>,
    /// Why it is broken, where it is.
    broken: Option<&'static str>,
}

fn fill<S: Source + ?Sized>(
    document: &Document<'_, S>,
    pages: PageBeforePublishing,
    integrity: &mut Integrity,
) -> Result<(), ReadFault> {
    integrity.revisions = document.revisions().len();
    let mut nodes = limits::NODES;
    let latest = fields::all_fields(&document.latest(), &mut nodes)?;
    let fields = signed_fields(document, &latest, &mut nodes)?;
    integrity.empty_signature_fields =
        latest.iter().filter(|field| field.value.is_none()).map(|field| field.name.clone()).collect();
    let mut found: Vec<Found> = fields.iter().map(|(view, field)| read(view, field)).collect();
    shared_values(&fields, &mut found);
    changes_after(document, &mut found);
    first_signed(document, &found, pages, integrity)?;
    (integrity.verdict, integrity.reason) = verdict(document, &found)?;
    found.sort_by_key(|found| found.facts.revision.unwrap_or(usize::MAX));
    stored(document, &found, integrity);
    integrity.signatures = found.into_iter().map(|found| found.facts).collect();
    Ok(())
}

type SignedFields<'d, 's, S> = Vec<(View<'d, 's, S>, Field)>;

/// The signed fields of all revisions, each signature once, as of the oldest revision that has it.
fn signed_fields<'d, 's, S: Source + ?Sized>(
    document: &'d Document<'s, S>,
    latest: &[Field],
    nodes: &mut usize,
) -> Result<SignedFields<'d, 's, S>, ReadFault> {
    let mut found: SignedFields<'d, 's, S> = Vec::new();
    let mut known: Vec<(String, Option<Place>)> = Vec::new();
    let last = document.revisions().len().saturating_sub(1);
    for revision in 0..=last {
        let view = document.view(revision);
        let fields = if revision == last { Ok(latest.to_vec()) } else { fields::form_fields(&view, nodes) };
        // an early revision that cannot be read has nothing that the last one must keep
        let fields = match fields {
            Ok(fields) => fields,
            Err(ReadFault::Limit) => return Err(ReadFault::Limit),
            Err(_) => continue,
        };
        for field in fields {
            let Some(value) = &field.value else { continue };
            let place = value.as_ref().or(field.id).map(|reference| view.place(reference.number));
            let key = (field.name.clone(), place);
            if known.len() >= limits::SIGNATURES {
                return Err(ReadFault::Limit);
            }
            if !known.contains(&key) {
                known.push(key);
                found.push((view, field));
            }
        }
    }
    Ok(found)
}

/// What one signature says by itself.
fn read<S: Source + ?Sized>(view: &View<'_, '_, S>, field: &Field) -> Found {
    let mut found = Found {
        facts: empty_facts(field),
        permissions: Permissions::default(),
        revocation: Attached::default(),
        tampered: None,
        broken: None,
    };
    let Some(value) = &field.value else { return found };
    if let Ok(object) = view.resolve(value)
        && let Some(dict) = object.as_dict()
    {
        describe(view, dict, &mut found.facts);
    }
    let holder: Option<Ref> = field.id;
    match coverage::locate(view, holder, value) {
        Ok(located) => judge(view, field, &located, &mut found),
        Err(misplaced) => {
            found.facts.byte_range = misplaced.byte_range;
            found.facts.coverage = misplaced.coverage;
            found.facts.problems.push(misplaced.code);
            found.broken = Some(misplaced.code);
        }
    }
    found
}

fn empty_facts(field: &Field) -> SignatureFacts {
    SignatureFacts {
        field: field.name.clone(),
        subfilter: String::new(),
        intact: false,
        coverage: Coverage::None,
        changes_after: ChangesAfter::Forbidden,
        byte_range: None,
        revision: None,
        certification: None,
        locks_all: false,
        claimed_at: None,
        cms: None,
        certificates: Vec::new(),
        signer_certificate: None,
        digest_algorithm: None,
        signature_algorithm: None,
        problems: Vec::new(),
        timestamps: Vec::new(),
    }
}

fn describe<S: Source + ?Sized>(view: &View<'_, '_, S>, dict: &Dict, facts: &mut SignatureFacts) {
    if let Ok(name) = view.value(dict, b"SubFilter")
        && let Some(name) = name.as_name()
    {
        facts.subfilter = name.text().into_owned();
    }
    if let Ok(claimed) = view.value(dict, b"M")
        && let Some(claimed) = claimed.as_string()
    {
        facts.claimed_at = date::read(&claimed.bytes);
    }
}

fn judge<S: Source + ?Sized>(view: &View<'_, '_, S>, field: &Field, located: &Located, found: &mut Found) {
    let signed = view.document().view(located.revision);
    found.facts.byte_range = Some(located.byte_range);
    found.facts.coverage = located.coverage;
    found.facts.revision = Some(located.revision);
    match Permissions::of(&signed, field, &located.dict) {
        Ok(permissions) => {
            found.facts.certification = permissions.certification;
            found.facts.locks_all = permissions.locks.contains(&Lock::All);
            found.permissions = permissions;
        }
        Err(_) => found.tampered = Some("permissions-unreadable"),
    }
    let certificates = dictionary_certificates(&signed, &located.dict);
    let mut digests = Digests { document: view.document(), range: located.byte_range, known: Vec::new() };
    let checked = signature::check(&found.facts.subfilter, &located.contents, &certificates, &mut |which| {
        digests.of(which)
    });
    take(checked, located, found);
    if !found.facts.intact {
        found.broken = Some(found.facts.problems.first().copied().unwrap_or("signature-invalid"));
    }
}

fn take(checked: Checked, located: &Located, found: &mut Found) {
    let facts = &mut found.facts;
    found.revocation = checked.revocation;
    facts.timestamps = match checked.timestamp {
        Some(info) => vec![TimestampFacts {
            at: info.at,
            policy: info.policy,
            intact: checked.intact,
            problems: checked.problems.clone(),
            certificates: checked.certificates.clone(),
            signer_certificate: checked.signer_certificate,
        }],
        None => {
            let tokens = checked.timestamp_tokens.iter();
            tokens.filter_map(|token| stamp(token, &checked.signature_value, &mut found.revocation)).collect()
        }
    };
    facts.intact = checked.intact;
    facts.cms = located.contents.get(..checked.cms_length).filter(|cms| !cms.is_empty()).map(<[u8]>::to_vec);
    facts.certificates = checked.certificates;
    facts.signer_certificate = checked.signer_certificate;
    facts.digest_algorithm = checked.digest_algorithm;
    facts.signature_algorithm = checked.signature_algorithm;
    facts.problems.extend(checked.problems);
    let rest = located.contents.get(checked.cms_length..).unwrap_or_default();
    if rest.iter().any(|&byte| byte != 0) {
        facts.problems.push("contents-padding-not-zero");
    }
}

/// A signature timestamp (EN 319 122-1, 5.3): its imprint is of the signature value. What says no time is none.
fn stamp(token: &[u8], value: &[u8], revocation: &mut Attached) -> Option<TimestampFacts> {
    let checked = signature::check("ETSI.RFC3161", token, &[], &mut |which| Ok(which.digest(value)));
    let info = checked.timestamp?;
    revocation.lists.extend(checked.revocation.lists);
    revocation.answers.extend(checked.revocation.answers);
    Some(TimestampFacts {
        at: info.at,
        policy: info.policy,
        intact: checked.intact,
        problems: checked.problems,
        certificates: checked.certificates,
        signer_certificate: checked.signer_certificate,
    })
}

/// `/Cert` (table 255): a string or an array of strings.
fn dictionary_certificates<S: Source + ?Sized>(view: &View<'_, '_, S>, dict: &Dict) -> Vec<Vec<u8>> {
    let Ok(value) = view.value(dict, b"Cert") else { return Vec::new() };
    match value.as_ref() {
        Object::String(one) => vec![one.bytes.clone()],
        Object::Array(items) => items
            .iter()
            .filter_map(|item| view.resolve(item).ok()?.as_string().map(|string| string.bytes.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The digests of one byte range, each computed once, in bounded memory.
struct Digests<'d, 's, S: Source + ?Sized> {
    document: &'d Document<'s, S>,
    range: [u64; 4],
    known: Vec<(Digest, Vec<u8>)>,
}

impl<S: Source + ?Sized> Digests<'_, '_, S> {
    fn of(&mut self, which: Digest) -> io::Result<Vec<u8>> {
        if let Some((_, known)) = self.known.iter().find(|(known, _)| *known == which) {
            return Ok(known.clone());
        }
        let value = match which {
            Digest::Md5 => self.hash::<md5::Md5>(),
            Digest::Sha1 => self.hash::<sha1::Sha1>(),
            Digest::Sha224 => self.hash::<sha2::Sha224>(),
            Digest::Sha256 => self.hash::<sha2::Sha256>(),
            Digest::Sha384 => self.hash::<sha2::Sha384>(),
            Digest::Sha512 => self.hash::<sha2::Sha512>(),
            Digest::Sha3_256 => self.hash::<sha3::Sha3_256>(),
            Digest::Sha3_384 => self.hash::<sha3::Sha3_384>(),
            Digest::Sha3_512 => self.hash::<sha3::Sha3_512>(),
        }?;
        self.known.push((which, value.clone()));
        Ok(value)
    }

    fn hash<D: sha2::Digest>(&self) -> io::Result<Vec<u8>> {
        let [a, b, c, d] = self.range;
        let mut hasher = D::new();
        for (from, count) in [(a, b), (c, d)] {
            self.document
                .pieces(from, from.saturating_add(count), |piece| hasher.update(piece))
                .map_err(io::Error::other)?;
        }
        Ok(hasher.finalize().to_vec())
    }
}

/// Two fields that show one signature: one of them never was signed.
fn shared_values<S: Source + ?Sized>(fields: &[(View<'_, '_, S>, Field)], found: &mut [Found]) {
    for (index, (view, field)) in fields.iter().enumerate() {
        let Some(Object::Ref(value)) = &field.value else { continue };
        let place = view.place(value.number);
        let twice = fields.iter().enumerate().any(|(other, (view, field))| {
            other != index
                && matches!(&field.value, Some(Object::Ref(value)) if view.place(value.number) == place)
        });
        if let (true, Some(found)) = (twice, found.get_mut(index)) {
            found.facts.problems.push("signature-shared");
            found.tampered = Some("signature-shared");
        }
    }
    for index in 0..found.len() {
        let range = found.get(index).and_then(|found| found.facts.byte_range);
        let twice =
            range.is_some() && found.iter().filter(|other| other.facts.byte_range == range).count() > 1;
        if let (true, Some(found)) = (twice, found.get_mut(index))
            && found.tampered.is_none()
        {
            found.facts.problems.push("byte-range-shared");
            found.tampered = Some("byte-range-shared");
        }
    }
}

/// Every step after the oldest signed revision, judged by every signature before it.
fn changes_after<S: Source + ?Sized>(document: &Document<'_, S>, found: &mut [Found]) {
    let Some(oldest) = found.iter().filter_map(|found| found.facts.revision).min() else { return };
    let count = document.revisions().len();
    let steps: Vec<(usize, Step)> = (oldest.saturating_add(1)..count)
        .map(|revision| {
            let old = document.view(revision.saturating_sub(1));
            (revision, changes::step(old, document.view(revision), revision))
        })
        .collect();
    for found in found {
        let Some(revision) = found.facts.revision else { continue };
        found.facts.changes_after = ChangesAfter::None;
        for (_, step) in steps.iter().filter(|(after, _)| *after > revision) {
            match changes::judge(step, &found.permissions) {
                Ok(kind) => found.facts.changes_after = found.facts.changes_after.max(kind),
                Err(reason) => {
                    found.facts.changes_after = ChangesAfter::Forbidden;
                    found.facts.problems.push(reason);
                    found.tampered.get_or_insert(reason);
                    break;
                }
            }
        }
    }
}

/// What stood in the revision of the first signature: its fields, its attachments, its XMP.
fn first_signed<S: Source + ?Sized>(
    document: &Document<'_, S>,
    found: &[Found],
    pages: PageBeforePublishing,
    integrity: &mut Integrity,
) -> Result<(), ReadFault> {
    let first = found.iter().filter_map(|found| found.facts.revision).min();
    let view = first.map_or_else(|| document.latest(), |revision| document.view(revision));
    let mut nodes = limits::NODES;
    integrity.prepared_signature_fields =
        fields::form_fields(&view, &mut nodes)?.into_iter().map(|field| field.name).collect();
    integrity.attachments = attachments::embedded(&view)?;
    integrity.xmp = attachments::xmp(&view)?;
    if pages == PageBeforePublishing::Compared {
        integrity.page = page::read(document, &view);
    }
    Ok(())
}

/// What helps to judge people: the security store, and what the signatures bring along.
fn stored<S: Source + ?Sized>(document: &Document<'_, S>, found: &[Found], integrity: &mut Integrity) {
    let stamps = found.iter().filter(|found| found.facts.is_document_timestamp());
    let stamped: Vec<usize> = stamps.filter_map(|found| found.facts.revision).collect();
    let store = store::read(document, &stamped);
    integrity.stored_certificates = store.certificates;
    integrity.evidence = store.evidence;
    for found in found {
        let Some(revision) = found.facts.revision else { continue };
        let origin = Origin::Signature { revision };
        for list in &found.revocation.lists {
            integrity.evidence.take_list(list, origin);
        }
        for answer in &found.revocation.answers {
            integrity.evidence.take_answer(answer, origin);
        }
    }
}

fn verdict<S: Source + ?Sized>(
    document: &Document<'_, S>,
    found: &[Found],
) -> Result<(IntegrityVerdict, &'static str), ReadFault> {
    if found.is_empty() {
        return Ok((IntegrityVerdict::Unsigned, "unsigned"));
    }
    if let Some(reason) = found.iter().find_map(|found| found.broken) {
        return Ok((IntegrityVerdict::Broken, reason));
    }
    if document.trailing_bytes()?.is_some() {
        return Ok((IntegrityVerdict::Tampered, "trailing-bytes"));
    }
    Ok(match found.iter().find_map(|found| found.tampered) {
        Some(reason) => (IntegrityVerdict::Tampered, reason),
        None => (IntegrityVerdict::Intact, ""),
    })
}
