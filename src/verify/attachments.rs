//! Embedded files and XMP as one revision holds them (ISO 32000-2, 7.11.4, 14.3.2, 14.13).

use super::facts::EmbeddedFile;
use super::fields;
use crate::pdf::reader::{Dict, Object, ReadFault, Source, View, limits, text_of};
use std::collections::BTreeSet;

/// Files that one document may carry: a statement carries one.
const FILES: usize = 256;

/// The files of `/Names /EmbeddedFiles` and of `/AF`, each once, in that order.
///
/// # Errors
/// Where a tree refers to itself, or a file cannot be read.
pub(super) fn embedded<S: Source + ?Sized>(view: &View<'_, '_, S>) -> Result<Vec<EmbeddedFile>, ReadFault> {
    let catalog = fields::catalog(view)?;
    let Some(catalog) = catalog.as_dict() else { return Ok(Vec::new()) };
    let mut specifications = Vec::new();
    let names = view.value(catalog, b"Names")?;
    if let Some(tree) = names.as_dict().and_then(|names| names.get(b"EmbeddedFiles")) {
        leaves(view, tree, &mut BTreeSet::new(), &mut specifications, limits::TREE_DEPTH)?;
    }
    let associated = view.value(catalog, b"AF")?;
    match associated.as_ref() {
        Object::Array(items) => specifications.extend(items.iter().cloned()),
        Object::Dict(_) => specifications.extend(catalog.get(b"AF").cloned()),
        _ => {}
    }
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for specification in specifications {
        if specification.as_ref().is_some_and(|reference| !seen.insert(reference)) {
            continue;
        }
        if files.len() >= FILES {
            return Err(ReadFault::Limit);
        }
        files.extend(file(view, &specification)?);
    }
    Ok(files)
}

/// The values of a name tree (7.9.6).
fn leaves<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    node: &Object,
    seen: &mut BTreeSet<u32>,
    values: &mut Vec<Object>,
    depth: usize,
) -> Result<(), ReadFault> {
    let depth = depth.checked_sub(1).ok_or(ReadFault::Limit)?;
    if node.as_ref().is_some_and(|reference| !seen.insert(reference.number)) {
        return Err(ReadFault::Missing { key: "EmbeddedFiles" });
    }
    let node = view.resolve(node)?;
    let Some(dict) = node.as_dict() else { return Ok(()) };
    let names = view.value(dict, b"Names")?;
    for pair in names.as_array().unwrap_or_default().chunks(2) {
        if values.len() >= FILES {
            return Err(ReadFault::Limit);
        }
        values.extend(pair.get(1).cloned());
    }
    let kids = view.value(dict, b"Kids")?;
    for kid in kids.as_array().unwrap_or_default() {
        leaves(view, kid, seen, values, depth)?;
    }
    Ok(())
}

fn file<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    specification: &Object,
) -> Result<Option<EmbeddedFile>, ReadFault> {
    let specification = view.resolve(specification)?;
    let Some(dict) = specification.as_dict() else { return Ok(None) };
    let holder = view.value(dict, b"EF")?;
    let Some(holder) = holder.as_dict() else { return Ok(None) };
    let Some(stream) = holder.get(b"UF").or_else(|| holder.get(b"F")) else { return Ok(None) };
    let stream = view.resolve(stream)?;
    let Some(stream) = stream.as_stream() else { return Ok(None) };
    Ok(Some(EmbeddedFile {
        name: string(view, dict, b"UF")?.or(string(view, dict, b"F")?).unwrap_or_default(),
        relationship: name(view, dict, b"AFRelationship")?,
        subtype: name(view, &stream.dict, b"Subtype")?,
        bytes: view.decode(stream)?,
    }))
}

fn string<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    dict: &Dict,
    key: &[u8],
) -> Result<Option<String>, ReadFault> {
    Ok(view.value(dict, key)?.as_string().map(text_of))
}

fn name<S: Source + ?Sized>(view: &View<'_, '_, S>, dict: &Dict, key: &[u8]) -> Result<String, ReadFault> {
    Ok(view.value(dict, key)?.as_name().map(|name| name.text().into_owned()).unwrap_or_default())
}

/// The XMP packet of the document.
///
/// # Errors
/// Where it cannot be decoded.
pub(super) fn xmp<S: Source + ?Sized>(view: &View<'_, '_, S>) -> Result<Option<Vec<u8>>, ReadFault> {
    let catalog = fields::catalog(view)?;
    let Some(catalog) = catalog.as_dict() else { return Ok(None) };
    let metadata = view.value(catalog, b"Metadata")?;
    metadata.as_stream().map(|stream| view.decode(stream)).transpose()
}
