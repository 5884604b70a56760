//! The only door to the file system: bounded reads, files that are there whole or not at all.
//!
//! **Writing.** A document goes through three steps, and the cost of the slow one is shared:
//!
//! ```text
//! stage(temporary, bytes)      written under a hidden name in its final folder; nothing promised
//! sync(folder)                 one call for a whole batch: from here on the bytes survive a power cut
//! name(temporary, final)       appears under its name, atomically, never over something else
//! sync(folder)                 the name survives too
//! ```
//!
//! `create_new` does all of it for a single small file, [`write_new`] what a person's report needs.
//! Nothing here overwrites what has a final name.
//!
//! **Reading.** Every read has a limit, and no read follows a link at the last step of the path
//! ([`open_regular`]): what lies in a watched folder may have been put there by someone who hopes so.
//!
//! | file | holds | in |
//! |---|---|---|
//! | `portable` | bounded reads, listings, [`write_new`] | every build, every system |
//! | `durable` | staging, syncing, naming, locks, modes | `treasury` (Linux) |
//! | `removable` | what a person may pull out: written, read back past the cache, named | `treasury` (Linux) |
//! | `spool` | what grows piece by piece before anyone may see it | `treasury` (Linux) |
//!
//! **Failure.** [`FsFault`] says which step on which path; a full disk or a vanished folder is worth
//! trying again, a wrong permission is not.

#[cfg(feature = "treasury")]
mod durable;
mod fault;
mod portable;
#[cfg(feature = "treasury")]
mod removable;
#[cfg(feature = "treasury")]
mod spool;

#[cfg(feature = "treasury")]
pub use durable::{
    Lock, Stamp, beside, copy_private, create_folders, create_new, free_name, identity, is_empty, is_ours,
    lock, mode, move_aside, name, owner, read_through, remove, remove_folder, replace_private, set_group,
    set_mode, stage, sync, sync_file, sync_names, tail, user,
};
pub use fault::{FsFault, Step};
pub use portable::{
    exists, files_in, folders_in, make_folder, open_named, open_regular, parent, read_bounded, write_new,
};
#[cfg(feature = "treasury")]
pub use removable::{Room, name_free, read_back, room, write_synced};
#[cfg(feature = "treasury")]
pub use spool::{Part, Spool, is_made_of, join_new};

#[cfg(all(test, feature = "treasury"))]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_whole_private_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        create_new(&path, b"one", 0o640).expect("written");
        assert_eq!(mode(&path).expect("a mode"), 0o640);
        assert!(matches!(create_new(&path, b"two", 0o640), Err(FsFault::Exists { .. })));
        assert_eq!(read_bounded(&path, 10).expect("read"), b"one");
        assert_eq!(files_in(folder.path()).expect("listed"), [path], "no temporary file is left behind");
    }

    #[test]
    fn a_read_has_a_limit_and_follows_no_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        create_new(&path, b"12345", 0o600).expect("written");
        assert!(matches!(read_bounded(&path, 4), Err(FsFault::TooLarge { limit: 4, .. })));
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        assert!(matches!(read_bounded(&link, 10), Err(FsFault::NotRegular { .. })));
        assert!(matches!(read_bounded(folder.path(), 10), Err(FsFault::NotRegular { .. })));
    }

    #[test]
    fn what_is_moved_aside_takes_a_free_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let done = folder.path().join("done.jsonl");
        for (index, expected) in ["done.jsonl", "done.1.jsonl", "done.2.jsonl"].into_iter().enumerate() {
            let from = folder.path().join(format!("from{index}"));
            create_new(&from, expected.as_bytes(), 0o600).expect("written");
            let to = move_aside(&from, &done).expect("moved");
            assert_eq!(to, folder.path().join(expected));
        }
    }

    #[test]
    fn a_second_lock_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let first = lock(&path).expect("locked");
        assert!(matches!(lock(&path), Err(FsFault::Locked { .. })));
        drop(first);
        assert!(lock(&path).is_ok());
    }
}
