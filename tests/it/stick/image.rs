//! A memory stick that is an image in a file: made by `mkfs.vfat` or `mkfs.exfat`, mounted by the kernel's
//! driver where it has one, else through FUSE (`fusefat`, `exfat-fuse`).

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A file system of sticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    Fat,
    ExFat,
}

impl System {
    pub(super) const ALL: [Self; 2] = [Self::Fat, Self::ExFat];

    const fn kernel_name(self) -> &'static str {
        match self {
            Self::Fat => "vfat",
            Self::ExFat => "exfat",
        }
    }
}

/// A stick, mounted or lying on the counter.
pub(super) struct Image {
    system: System,
    image: PathBuf,
    _home: TempDir,
    pub(super) folder: PathBuf,
    pub(super) volume: Option<String>,
    mounted: Mounted,
}

enum Mounted {
    No,
    ByTheKernel,
    /// The FUSE daemon, in the foreground, and the loop device that it reads.
    Fuse(Child, Option<String>),
}

impl Image {
    /// A new stick of so many MiB, put in; `None`, and a line that says why, where that cannot be done here.
    pub(super) fn mounted(system: System, megabytes: u64) -> Option<Self> {
        let home = tempfile::tempdir().expect("a folder");
        let image = home.path().join("image");
        // FAT32 has at least 65,525 clusters: 33 MiB of the smallest.
        let megabytes = if system == System::Fat { megabytes.max(40) } else { megabytes };
        std::fs::File::options()
            .write(true)
            .create_new(true)
            .open(&image)
            .and_then(|file| file.set_len(megabytes << 20))
            .expect("made");
        let path = image.to_str().expect("text");
        let made = match system {
            System::Fat => quietly("mkfs.vfat", &["-F", "32", "-s", "1", "-i", "1234ABCD", path]),
            System::ExFat => quietly("mkfs.exfat", &[path]),
        };
        let folder = home.path().canonicalize().expect("a folder").join("stick a");
        std::fs::create_dir(&folder).expect("a folder");
        let stick = Self { system, image, _home: home, folder, volume: None, mounted: Mounted::No };
        let put_in = if made { stick.again("rw") } else { None };
        if put_in.is_none() {
            assert!(std::env::var_os("PECETE_STICKS").is_none(), "{system:?} sticks cannot be mounted here");
            eprintln!("skipped: {system:?} cannot be made or mounted here (root, a driver or FUSE, mkfs)");
        }
        put_in
    }

    /// Taken out in good order.
    pub(super) fn out(mut self) -> Self {
        self.unmount();
        self
    }

    /// Put in (again), `rw` or `ro`.
    pub(super) fn again(mut self, how: &str) -> Option<Self> {
        self.unmount();
        let by_kernel = self.by_the_kernel(how);
        let mounted = by_kernel || self.by_fuse(how);
        let driver = if by_kernel { "the kernel" } else { "FUSE" };
        if mounted {
            eprintln!("{:?} mounted by {driver}", self.system);
            self.volume = (by_kernel || self.system == System::ExFat).then(|| self.serial());
        }
        mounted.then_some(self)
    }

    fn by_the_kernel(&mut self, how: &str) -> bool {
        let options = format!("loop,{how}");
        let done = quietly(
            "mount",
            &["-t", self.system.kernel_name(), "-o", &options, self.path(), self.folder_text()],
        );
        if done {
            self.mounted = Mounted::ByTheKernel;
        }
        done
    }

    fn by_fuse(&mut self, how: &str) -> bool {
        let device = match self.system {
            System::Fat => None,
            System::ExFat => loop_device(self.path()),
        };
        let options = match (self.system, how) {
            (System::Fat, "rw") => "rw+",
            (_, how) => how,
        };
        let words = match (&device, self.system) {
            (_, System::Fat) => ["fusefat", "-f", "-o", options, self.path(), self.folder_text()],
            (Some(device), System::ExFat) => {
                ["mount.exfat-fuse", "-d", "-o", options, device, self.folder_text()]
            }
            (None, System::ExFat) => return false,
        };
        let daemon =
            Command::new(words[0]).args(&words[1..]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(mut daemon) = daemon else { return false };
        for _ in 0..250 {
            if quietly("mountpoint", &["-q", self.folder_text()]) {
                self.mounted = Mounted::Fuse(daemon, device);
                return true;
            }
            if !matches!(daemon.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        end(daemon, device);
        false
    }

    /// The device is gone from one moment to the next; `false` where only the kernel could do that.
    pub(super) fn tear_out(&mut self) -> bool {
        let Mounted::Fuse(daemon, _) = &mut self.mounted else { return false };
        daemon.kill().expect("torn out");
        daemon.wait().expect("torn out");
        true
    }

    /// Fills it to the last byte.
    pub(super) fn fill(&self) {
        let filler = format!("of={}", self.folder.join("filler").display());
        quietly("dd", &["if=/dev/zero", &filler, "bs=64k"]);
        quietly("sync", &["-f", self.folder_text()]);
    }

    pub(super) fn make_room(&self) {
        pecete::fs::remove(&self.folder.join("filler")).expect("removed");
    }

    fn unmount(&mut self) {
        let mounted = std::mem::replace(&mut self.mounted, Mounted::No);
        if !matches!(mounted, Mounted::No) && !quietly("umount", &[self.folder_text()]) {
            quietly("umount", &["-l", self.folder_text()]);
        }
        if let Mounted::Fuse(mut daemon, device) = mounted {
            for _ in 0..250 {
                if !matches!(daemon.try_wait(), Ok(None)) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            end(daemon, device);
        }
    }

    /// As the boot sector has it.
    fn serial(&self) -> String {
        let image = crate::office::read(&self.image);
        let at = if self.system == System::Fat { 67 } else { 100 };
        let [a, b, c, d] = [3, 2, 1, 0].map(|byte| image[at + byte]);
        format!("{a:02X}{b:02X}-{c:02X}{d:02X}")
    }

    fn path(&self) -> &str {
        self.image.to_str().expect("text")
    }

    fn folder_text(&self) -> &str {
        self.folder.to_str().expect("text")
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        self.unmount();
    }
}

/// Two tests may ask for the same free device: the one who comes second asks again.
fn loop_device(image: &str) -> Option<String> {
    (0..20).find_map(|_| {
        let told = Command::new("losetup").args(["-f", "--show", image]).output().ok()?;
        let device = String::from_utf8(told.stdout).ok()?.trim().to_owned();
        let found = told.status.success() && !device.is_empty();
        if !found {
            std::thread::sleep(Duration::from_millis(50));
        }
        found.then_some(device)
    })
}

/// The driver, and the device that it had.
fn end(mut daemon: Child, device: Option<String>) {
    let _ = (daemon.kill(), daemon.wait());
    if let Some(device) = device {
        quietly("losetup", &["-d", &device]);
    }
}

fn quietly(program: &str, words: &[&str]) -> bool {
    let mut run = Command::new(program);
    run.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    run.status().is_ok_and(|status| status.success())
}
