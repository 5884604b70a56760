//! Which stick is this: what is mounted where, and the serial number that its file system carries.
//!
//! `/proc/self/mountinfo` says what is mounted (proc(5)); the serial number is in the names of
//! `/dev/disk/by-uuid`, else in the boot sector of the device (Microsoft FAT specification 1.03,
//! `BS_VolID`; exFAT specification 7.00, §3.1.11 `VolumeSerialNumber`). A serial number can be copied: it
//! helps the clerk and never replaces him.
//!
//! **Limits.** At most [`MAX_MOUNTINFO_BYTES`] are read; a line that is not understood is passed over.

use super::StickFault;
use crate::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is mounted, as the kernel tells it.
const MOUNTINFO: &str = "/proc/self/mountinfo";
/// Names of devices by the serial number of their file system.
const BY_UUID: &str = "/dev/disk/by-uuid";
/// A machine with a hundred thousand mounts has less.
const MAX_MOUNTINFO_BYTES: u64 = 16 << 20;
/// The part of a boot sector that all of these file systems have.
const BOOT_SECTOR: usize = 512;

/// A file system that is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mounted {
    /// Where.
    pub folder: PathBuf,
    /// Of which kind: `vfat`, `exfat`, `fuseblk` …
    pub kind: String,
    /// From which device, as it was named.
    pub source: PathBuf,
}

/// A stick that was found at a mount point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stick {
    /// Where it is mounted.
    pub folder: PathBuf,
    /// Its volume id in capitals, `1234-ABCD`; none where it cannot be read.
    pub volume: Option<String>,
}

/// What is mounted at this moment, later mounts last.
pub fn mounted() -> Result<Vec<Mounted>, StickFault> {
    let mut text = Vec::new();
    let open = fs::open_named(Path::new(MOUNTINFO))?;
    // A file of the kernel has no length before it is read.
    open.take(MAX_MOUNTINFO_BYTES)
        .read_to_end(&mut text)
        .map_err(|_| StickFault::NotAStick { path: MOUNTINFO.into() })?;
    Ok(String::from_utf8_lossy(&text).lines().filter_map(mount).collect())
}

/// The stick that is mounted here.
pub fn find(folder: &Path) -> Result<Stick, StickFault> {
    let path = folder.canonicalize().map_err(|_| StickFault::NotThere { path: folder.to_owned() })?;
    let mount = mounted()?.into_iter().rev().find(|mount| mount.folder == path);
    let mount = mount.ok_or_else(|| StickFault::NotAStick { path: folder.to_owned() })?;
    if !is_for_sticks(&mount.kind) {
        return Err(StickFault::OtherSystem { path, found: mount.kind });
    }
    Ok(Stick { folder: path, volume: volume_id(&mount.source) })
}

/// Every stick whose volume id can be read.
pub fn all() -> Result<Vec<Stick>, StickFault> {
    let sticks = mounted()?.into_iter().filter(|mount| is_for_sticks(&mount.kind));
    Ok(sticks
        .map(|mount| Stick { volume: volume_id(&mount.source), folder: mount.folder })
        .filter(|stick| stick.volume.is_some())
        .collect())
}

/// FAT and exFAT by the kernel's drivers or through FUSE.
fn is_for_sticks(kind: &str) -> bool {
    matches!(kind, "vfat" | "msdos" | "exfat" | "fuseblk")
        || kind.starts_with("fuse.") && kind.contains("fat")
}

/// `36 35 8:17 / /media/a\040b rw,nosuid shared:1 - vfat /dev/sdb1 rw`
fn mount(line: &str) -> Option<Mounted> {
    let (before, after) = line.split_once(" - ")?;
    let folder = before.split(' ').nth(4)?;
    let mut after = after.split(' ');
    Some(Mounted {
        folder: unescaped(folder).into(),
        kind: after.next()?.to_owned(),
        source: unescaped(after.next()?).into(),
    })
}

/// Blanks and backslashes are three octal digits behind a backslash.
fn unescaped(text: &str) -> std::ffi::OsString {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let octal = others.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if *first == b'\\' => {
                bytes.push(byte);
                rest = others.get(3..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    std::ffi::OsString::from_vec(bytes)
}

fn volume_id(device: &Path) -> Option<String> {
    named_by_the_system(device).or_else(|| in_the_boot_sector(device))
}

fn named_by_the_system(device: &Path) -> Option<String> {
    let device = device.canonicalize().ok()?;
    let names = std::fs::read_dir(BY_UUID).ok()?.flatten();
    let mut ids = names.filter(|name| name.path().canonicalize().is_ok_and(|to| to == device));
    Some(ids.next()?.file_name().to_str()?.to_ascii_uppercase())
}

fn in_the_boot_sector(device: &Path) -> Option<String> {
    use std::os::unix::fs::FileTypeExt;
    let kind = device.metadata().ok()?.file_type();
    if !kind.is_block_device() && !kind.is_file() {
        return None;
    }
    let mut sector = [0_u8; BOOT_SECTOR];
    std::fs::File::open(device).ok()?.read_exact(&mut sector).ok()?;
    serial(&sector)
}

/// The serial number of a boot sector, where it is one of FAT or exFAT.
fn serial(sector: &[u8; BOOT_SECTOR]) -> Option<String> {
    let is_at = |mark: &[u8], at: usize| sector.get(at..at + mark.len()) == Some(mark);
    let at = if is_at(b"EXFAT   ", 3) {
        100
    } else if is_at(b"FAT32   ", 82) {
        67
    } else if is_at(b"FAT1", 54) {
        39
    } else {
        return None;
    };
    let bytes: [u8; 4] = sector.get(at..at + 4)?.try_into().ok()?;
    let serial = u32::from_le_bytes(bytes);
    Some(format!("{:04X}-{:04X}", serial >> 16, serial & 0xFFFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_read_with_blanks_in_their_names() {
        let line = r"36 35 8:17 / /media/ana/STICK\040A rw,nosuid shared:1 - vfat /dev/sdb1 rw,umask=077";
        let found = mount(line).expect("a mount");
        assert_eq!((found.folder.to_str(), found.kind.as_str()), (Some("/media/ana/STICK A"), "vfat"));
        assert_eq!(found.source, Path::new("/dev/sdb1"));
        assert!(mount("nothing like it").is_none());
        assert!(!is_for_sticks("ext4") && !is_for_sticks("fuse.sshfs") && is_for_sticks("fuse.fusefat"));
    }

    #[test]
    fn each_kind_of_boot_sector_has_its_serial_number() {
        for (mark, mark_at, serial_at) in
            [(&b"EXFAT   "[..], 3, 100), (b"FAT32   ", 82, 67), (b"FAT16   ", 54, 39)]
        {
            let mut sector = [0_u8; BOOT_SECTOR];
            sector[mark_at..mark_at + mark.len()].copy_from_slice(mark);
            sector[serial_at..serial_at + 4].copy_from_slice(&0x1234_abcd_u32.to_le_bytes());
            assert_eq!(serial(&sector).as_deref(), Some("1234-ABCD"));
        }
        assert_eq!(serial(&[0; BOOT_SECTOR]), None);
    }
}
