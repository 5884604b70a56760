//! A statement drawn: PDF/A-3a and PDF/UA-1 at once, one revision, ready to be signed.
//!
//! ```text
//! catalog ─ pages, structure, XMP, output intent, form, attachment
//! form    ─ Verificator (certifies), Trezorerie (empty, locked by its future signature; not on a stick)
//! ```
//!
//! Both fields, their appearances, their structure and the first signature's dictionary are written in the first
//! revision, so that signing adds nothing but bytes in a hole and, for the seal, the update of [`super::update`].
//! The same statement gives the same bytes. Attachment and signature dictionary are plain objects that programs
//! find which search bytes; everything else is in object streams. `PDF_A3.md` says clause by clause how it is met.

use super::fault::{PdfFault, Place};
use super::fonts::{self, Faces};
use super::layout::{Layout, layout};
use super::letters::faces;
use super::look;
use super::metadata::{Metadata, identifier};
use super::objects::{Revision, Trailer};
use super::page::{HEIGHT, WIDTH};
use super::profile::SRGB;
use super::signature::{Hole, Permits, Prepared, SealPlace, check_size, dictionary};
use super::statement::{Certification, Channel, Statement};
use super::structure::FormOf;
use super::syntax::{Centi, Ref, date, length, put, text_string};
use crate::xml::Attachment;

/// Draws the document, one revision, with the verifier's signature dictionary in it.
///
/// # Errors
/// [`PdfFault`]: a character that no font of ours has, or a signature that no PDF/A string can hold.
pub fn draw(
    statement: &Statement<'_>,
    attachment: &Attachment,
    certification: &Certification<'_>,
) -> Result<Prepared, PdfFault> {
    let permits = match statement.channel {
        Channel::Published => Permits::Signatures,
        Channel::Stick => Permits::Nothing,
    };
    let (signature, hole) =
        dictionary(certification.signer, certification.at, certification.contents, permits)?;
    let drawing = Drawing::start(statement, Some(certification))?;
    let Drawn { bytes, signature_at, seal } = drawing.write(attachment, Some((&signature, hole)))?;
    let hole = signature_at.ok_or(PdfFault::Font)?;
    Prepared::new(bytes, hole, seal)
}

/// The same page without a signature dictionary: its fields are there and empty.
///
/// # Errors
/// As [`draw`].
pub fn draw_unsigned(statement: &Statement<'_>, attachment: &Attachment) -> Result<Vec<u8>, PdfFault> {
    let bytes = Drawing::start(statement, None)?.write(attachment, None)?.bytes;
    check_size(&bytes)?;
    Ok(bytes)
}

/// A signature field before it is written.
struct Field {
    name: &'static str,
    description: &'static str,
    rect: [Centi; 4],
    appearance: Vec<u8>,
    widget: Ref,
}

struct Drawn {
    bytes: Vec<u8>,
    signature_at: Option<Hole>,
    seal: Option<Box<SealPlace>>,
}

/// The objects that others point to.
struct Numbers {
    catalog: Ref,
    pages: Ref,
    info: Ref,
    metadata: Ref,
    profile: Ref,
    resources: Ref,
    form: Ref,
    annotations: Ref,
    structure: Ref,
    file: Ref,
    embedded: Ref,
}

impl Numbers {
    const COUNT: u32 = 11;

    fn new(revision: &mut Revision) -> Self {
        let first = revision.numbers(Self::COUNT);
        let mut numbers = (first.0..).map(Ref);
        let mut next = || numbers.next().unwrap_or_default();
        Self {
            catalog: next(),
            pages: next(),
            info: next(),
            metadata: next(),
            profile: next(),
            resources: next(),
            form: next(),
            annotations: next(),
            structure: next(),
            file: next(),
            embedded: next(),
        }
    }
}

struct Drawing<'a> {
    statement: &'a Statement<'a>,
    faces: Faces,
    layout: Layout,
    fields: Vec<Field>,
    revision: Revision,
    numbers: Numbers,
}

impl<'a> Drawing<'a> {
    /// Sets the pages and the signatures' blocks.
    fn start(
        statement: &'a Statement<'a>,
        certification: Option<&Certification<'_>>,
    ) -> Result<Self, PdfFault> {
        let faces = faces(statement, certification)?;
        let missing = |place| move |character| PdfFault::NoGlyph { character, place };
        let layout = layout(statement, &faces).map_err(missing(Place::Holder))?;
        let content: usize = layout.sheets.iter().map(Vec::len).sum();
        let mut revision = Revision::first(64 * 1024 + content / 2);
        revision.numbers(fonts::NUMBERS);
        let numbers = Numbers::new(&mut revision);
        let verifier = match certification {
            Some(by) => look::verifier(&faces, by.signer, by.at),
            None => look::empty(&faces, "Loc rezervat semnăturii verificatorului"),
        };
        let verifier = verifier.map_err(missing(Place::Verifier))?;
        let seal = look::empty(&faces, "Loc rezervat sigiliului electronic al trezoreriei");
        let seal = seal.map_err(missing(Place::Seal))?;
        let looks = [
            ("Verificator", "Semnătura verificatorului: întocmit și verificat", verifier),
            ("Trezorerie", "Sigiliul electronic al trezoreriei", seal),
        ];
        let fields = layout.boxes.iter().zip(looks).map(|(rect, (name, description, appearance))| {
            let widget = revision.number();
            Field { name, description, rect: *rect, appearance, widget }
        });
        let fields = fields.collect();
        Ok(Self { statement, faces, layout, fields, revision, numbers })
    }

    /// Writes everything.
    fn write(mut self, attachment: &Attachment, signature: Option<(&[u8], Hole)>) -> Result<Drawn, PdfFault> {
        self.attachment(attachment);
        let (signature_object, signature_at) = match signature {
            Some((dictionary, hole)) => {
                let object = self.revision.number();
                let start = self.revision.plain(object, |out| out.extend_from_slice(dictionary));
                (Some(object), Some(hole.at(start)))
            }
            None => (None, None),
        };
        self.catalog(signature_object, &attachment.name);
        self.describe();
        let fonts = self.fonts();
        let pages = self.pages();
        let seal_head = self.form(signature_object, fonts, &pages);
        let id = identifier(self.statement);
        let Numbers { catalog, info, structure, .. } = self.numbers;
        let last = pages.last().copied().unwrap_or_default();
        let keys = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let forms: Vec<FormOf<'_>> = (keys..)
            .zip(&self.fields)
            .map(|(parent_key, field)| FormOf {
                widget: field.widget,
                page: last,
                parent_key,
                alt: field.description,
            })
            .collect();
        self.layout.tree.write(&mut self.revision, structure, &pages, &forms);
        let trailer = Trailer { root: catalog, info, id: [id, id], previous: None };
        let (bytes, next, xref) = self.revision.finish(&trailer);
        let seal = seal_head.map(|(widget, head)| {
            let faces = self.faces;
            Box::new(SealPlace { widget, head, fonts, faces, root: catalog, info, id, next, xref })
        });
        Ok(Drawn { bytes, signature_at, seal })
    }

    /// The file specification and the XML, both plain (ISO 19005-3, 6.8).
    fn attachment(&mut self, attachment: &Attachment) {
        let Numbers { file, embedded, .. } = self.numbers;
        self.revision.plain(file, |out| {
            out.extend_from_slice(b"<</Type/Filespec/F");
            text_string(out, &attachment.name);
            out.extend_from_slice(b"/UF");
            text_string(out, &attachment.name);
            out.extend_from_slice(b"/Desc");
            text_string(out, "Datele extrasului de cont (XML)");
            put!(out, "/AFRelationship/Source/EF<</F {embedded}/UF {embedded}>>>>");
        });
        let dictionary = format!(
            "/Type/EmbeddedFile/Subtype/text#2Fxml/Params<</Size {}/ModDate({})>>",
            attachment.bytes.len(),
            date(attachment.modified)
        );
        self.revision.deflated(embedded, &dictionary, &attachment.bytes);
    }

    fn catalog(&mut self, signature: Option<Ref>, attachment: &str) {
        let Numbers { catalog, pages, metadata, profile, form, structure, file, .. } = self.numbers;
        self.revision.packed(catalog, |out| {
            put!(out, "<</Type/Catalog/Pages {pages}/Lang(ro-RO)/MarkInfo<</Marked true>>");
            put!(out, "/ViewerPreferences<</DisplayDocTitle true>>/Metadata {metadata}");
            out.extend_from_slice(b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1");
            put!(
                out,
                "/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile {profile}>>]"
            );
            put!(out, "/StructTreeRoot {structure}/AF[{file}]/Names<</EmbeddedFiles<</Names[");
            text_string(out, attachment);
            put!(out, "{file}]>>>>/AcroForm {form}");
            if let Some(signature) = signature {
                put!(out, "/Perms<</DocMDP {signature}>>");
            }
            out.extend_from_slice(b">>");
        });
    }

    /// XMP (plain, so that anyone can read it), `Info`, and the output intent's profile.
    fn describe(&mut self) {
        let metadata = Metadata::of(self.statement);
        self.revision.packed(self.numbers.info, |out| metadata.info(out));
        self.revision.stream(self.numbers.metadata, "/Type/Metadata/Subtype/XML", &metadata.xmp());
        self.revision.stream(self.numbers.profile, "/N 3/Filter/FlateDecode", &SRGB);
    }

    fn fonts(&mut self) -> [Ref; 2] {
        let fonts = [self.faces.regular.write(&mut self.revision), self.faces.bold.write(&mut self.revision)];
        self.revision.packed(self.numbers.resources, |out| {
            put!(out, "<</Font<</F0 {}/F1 {}>>>>", fonts[0], fonts[1]);
        });
        fonts
    }

    fn pages(&mut self) -> Vec<Ref> {
        let Numbers { pages: parent, resources, annotations, .. } = self.numbers;
        let sheets = std::mem::take(&mut self.layout.sheets);
        let count = u32::try_from(sheets.len()).unwrap_or(u32::MAX);
        let (pages, contents) = (self.revision.numbers(count), self.revision.numbers(count));
        for (index, sheet) in (0..count).zip(&sheets) {
            let content = Ref(contents.0 + index);
            self.revision.deflated(content, "", sheet);
            self.revision.packed(Ref(pages.0 + index), |out| {
                put!(out, "<</Type/Page/Parent {parent}/MediaBox[0 0 ");
                length(out, WIDTH);
                length(out, HEIGHT);
                put!(out, "]/Resources {resources}/Contents {content}/StructParents {index}/Tabs/S");
                if index + 1 == count {
                    put!(out, "/Annots {annotations}");
                }
                out.extend_from_slice(b">>");
            });
        }
        let pages: Vec<Ref> = (0..count).map(|index| Ref(pages.0 + index)).collect();
        self.revision.packed(parent, |out| {
            put!(out, "<</Type/Pages/Count {count}/Kids[");
            pages.iter().for_each(|page| put!(out, "{page} "));
            out.extend_from_slice(b"]>>");
        });
        pages
    }

    /// The form, its fields and their appearances; of an empty seal, its widget and the widget's beginning.
    fn form(&mut self, signature: Option<Ref>, fonts: [Ref; 2], pages: &[Ref]) -> Option<(Ref, Vec<u8>)> {
        let Numbers { form, annotations, .. } = self.numbers;
        let widgets: Vec<String> = self.fields.iter().map(|field| field.widget.to_string()).collect();
        let widgets = widgets.join(" ");
        self.revision.packed(form, |out| put!(out, "<</Fields[{widgets}]/SigFlags 3>>"));
        self.revision.packed(annotations, |out| put!(out, "[{widgets}]"));
        let page = pages.last().copied().unwrap_or_default();
        let mut value = signature;
        let mut seal = None;
        for (index, field) in self.fields.iter().enumerate() {
            let key = pages.len() + index;
            let lock = (index > 0).then(|| self.revision.number());
            if let Some(lock) = lock {
                self.revision.packed(lock, |out| put!(out, "<</Type/SigFieldLock/Action/All>>"));
            }
            let head = widget(field, page, key, lock);
            let appearance = self.revision.number();
            look::write(&mut self.revision, appearance, &field.appearance, fonts);
            self.revision.plain(field.widget, |out| {
                out.extend_from_slice(&head);
                put!(out, "/AP<</N {appearance}>>");
                if let Some(value) = value.take() {
                    put!(out, "/V {value}");
                }
                out.extend_from_slice(b">>");
            });
            seal = lock.map(|_| (field.widget, head));
        }
        seal.filter(|_| signature.is_some())
    }
}

/// Field and widget in one dictionary, up to `/AP`.
fn widget(field: &Field, page: Ref, key: usize, lock: Option<Ref>) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    put!(out, "<</Type/Annot/Subtype/Widget/FT/Sig/T({})/TU", field.name);
    text_string(&mut out, field.description);
    out.extend_from_slice(b"/F 132/Rect[");
    field.rect.into_iter().for_each(|side| length(&mut out, side));
    put!(out, "]/P {page}/StructParent {key}");
    if let Some(lock) = lock {
        put!(out, "/Lock {lock}");
    }
    out
}
