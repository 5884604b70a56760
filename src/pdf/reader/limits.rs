//! How much of a hostile file is looked at before it is called broken; each limit with its origin.

/// Depth of arrays and dictionaries inside each other. Real documents stay below 20; ISO 32000-1, annex C, names 28 for `q`.
pub const DEPTH: usize = 64;
/// Rows that all sections together may list: the objects that ISO 32000-1, annex C, allows.
pub const ENTRIES: usize = 8_388_607;
/// Rows that all sections of a short file may list, whatever its length.
pub const ENTRIES_AT_LEAST: usize = 65_536;
/// Sections in a `/Prev` chain: a document that is signed, stamped and renewed every year for a century stays below.
pub const SECTIONS: usize = 1_024;
/// Bytes of one object outside its stream: a structure tree's largest array in a 5,000-row statement is 0.2 MB.
pub const OBJECT_BYTES: u64 = 16 << 20;
/// Bytes that all filters together may give for one document: a 5,000-row statement inflates to 12 MB.
pub const INFLATED_BYTES: u64 = 192 << 20;
/// Bytes of one decoded stream.
pub const STREAM_BYTES: u64 = 96 << 20;
/// Bytes of a stream as it stands in the file, where it has to be decoded.
pub const RAW_STREAM_BYTES: u64 = 64 << 20;
/// Objects loaded for one document, the same one twice not counted.
pub const LOADED_OBJECTS: u64 = 4_000_000;
/// Values read by the parser for one document.
pub const VALUES: u64 = 40_000_000;
/// Filters in a row on one stream: writers use one, old ones two.
pub const FILTERS: usize = 6;
/// Steps from reference to reference until a value is found (ISO 32000-2, 7.3.10 allows one).
pub const REFERENCE_STEPS: usize = 8;
/// Bytes of a file that are kept in memory whole; longer files are read in windows.
pub const IN_MEMORY_BYTES: u64 = 24 << 20;
/// How far from byte 0 `%PDF-` may stand (ISO 32000-1, annex H, note 13: 1,024).
pub const HEADER_WINDOW: u64 = 1_024;
/// How far from the end the last `startxref` may stand (ISO 32000-1, annex H, note 18: 1,024 for `%%EOF`), generously.
pub const TRAILER_WINDOW: u64 = 4_096;
/// Fields, widgets and page-tree nodes visited in all revisions together: a form of a thousand fields, signed by a
/// hundred people.
pub const NODES: usize = 400_000;
/// Signatures in one document.
pub const SIGNATURES: usize = 512;
/// Depth of a field tree, of a page tree or of a name tree.
pub const TREE_DEPTH: usize = 64;

/// Rows that all sections of a file of this length may list: an object costs some bytes of it, in the densest object stream
/// of ours 18; a table that promises more than half a row a byte is there to be large.
pub fn entries(length: u64) -> usize {
    usize::try_from(length / 2).unwrap_or(ENTRIES).clamp(ENTRIES_AT_LEAST, ENTRIES)
}
