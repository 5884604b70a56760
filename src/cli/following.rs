//! The documents of a run, ordered so that what follows from one another stands together.
//!
//! By the names of the files alone: whose name says nothing (renamed, somebody else's) comes first, then
//! one institution after the other, its days in order. **Limits.** What is held at a time are the paths and one
//! wave of documents.

use crate::model::{Cui, StatementName};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Paths by institution.
pub(super) struct Groups {
    /// Files whose names are not those of statements, in the order in which they were found.
    pub(super) nameless: Vec<PathBuf>,
    /// Statements by their names.
    pub(super) institutions: BTreeMap<Cui, Vec<PathBuf>>,
}

impl Groups {
    /// Groups what was found.
    pub(super) fn of(found: &[PathBuf]) -> Self {
        let mut groups = Self { nameless: Vec::new(), institutions: BTreeMap::new() };
        for path in found {
            match named(path) {
                Some(name) => groups.institutions.entry(name.cui).or_default().push(path.clone()),
                None => groups.nameless.push(path.clone()),
            }
        }
        groups
    }
}

/// What a file's name says.
pub(super) fn named(path: &Path) -> Option<StatementName> {
    StatementName::parse(&path.file_name()?.to_string_lossy())
}

/// Institutions in waves of at least so many documents, that all cores may work at once.
pub(super) fn waves(
    institutions: BTreeMap<Cui, Vec<PathBuf>>,
    enough: usize,
) -> impl Iterator<Item = Vec<(Cui, Vec<PathBuf>)>> {
    let mut rest = institutions.into_iter();
    std::iter::from_fn(move || {
        let (mut wave, mut documents) = (Vec::new(), 0);
        while documents < enough {
            let Some((cui, paths)) = rest.next() else { break };
            documents += paths.len();
            wave.push((cui, paths));
        }
        (!wave.is_empty()).then_some(wave)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn institutions_stay_whole_and_waves_are_full() {
        let name = |cui: &str, day: u32| {
            PathBuf::from(format!("out/TREZ521_ExtrasEP_PDFCLI_{cui}_XML_SIGNED_{day:02}052026h1842.pdf"))
        };
        let found = [name("9999008", 12), "copy (1).pdf".into(), name("12345674", 1), name("9999008", 11)];
        let groups = Groups::of(&found);
        assert_eq!(groups.nameless, [PathBuf::from("copy (1).pdf")]);
        assert_eq!(groups.institutions.len(), 2);
        let sizes = |enough| -> Vec<usize> {
            let waves = waves(groups.institutions.clone(), enough);
            waves.map(|wave| wave.iter().map(|(_, paths)| paths.len()).sum()).collect()
        };
        assert_eq!(sizes(1), [1, 2]);
        assert_eq!(sizes(2), [3]);
        assert_eq!(sizes(100), [3]);
    }
}
