//! The annotated configuration that `pecete check --template` prints. A test proves that its
//! commented defaults are the program's.

/// A whole configuration with its explanations. Lines that begin with `#key =` state a default.
pub const TEMPLATE: &str = r##"# Pecete: the configuration of an office.
# A relative path is relative to this file. A line that begins with `#` and a key shows the default.

version = 1

[folders]
# Day files arrive here. Move them in under their final name (rename), or write them in place.
#watch = "watch"
# Ledger, private copies, documents that wait for a stick. Mode 0700. Never under `out`.
#state = "state"
# The published statements: out/<CUI>/<year>/<month>/.
#out = "out"
# Who is trusted for what: verifier/, treasury/, tsa/, each with anchors and a signers.toml.
# Nothing is published that these would not accept.
#trust = "certs/trust"
# Heads of the ledger, signed with the seal: whoever has them proves that nothing was removed since.
# Best on another disk, or copied there each day.
#heads = "heads"
# Where `pecete review` finds the daemon: a socket, which tells the daemon which user asks. Under systemd: "/run/pecete".
#review = "review"
# What is old: `pecete archive` moves it here from the published tree, and `pecete audit` finds it here.
#archive = "archive"

[watch]
# A file that is written in place is taken when it has been still for so many seconds.
#settle_seconds = 2
# The folder is scanned so often, whatever the system reports.
#scan_seconds = 30
# A larger day file is refused.
#max_file_bytes = 17179869184
# "auto": the system says that something has arrived. "poll": the folder is only looked at every so often, as on a network share.
#mode = "auto"
# No file is taken without its companion: "ready" (NAME.ready, its content is nothing), "sha256" (NAME.sha256, as sha256sum writes it).
# With "none" a companion that is there is heeded all the same.
#companion = "none"

[work]
# Threads that draw, sign and verify; 0 is one for each processor core.
#workers = 0

[metrics]
# Figures for Prometheus, on an address of this machine alone: "127.0.0.1:9464". None where it is empty.
#listen = ""

[retention]
# A published statement stays in the published tree for so many years at least.
#years = 10

[approval]
# "manual": a person looks at each statement before it is signed.
# "auto": statements are signed unseen, and the person named in `answers` answers for that.
#mode = "manual"
#answers = ""
# A statement whose opening balance is not the last closing one: "hold" it for a person, "refuse" it, or "warn" and sign.
#carry_over = "hold"
# A statement that waits longer for a person is reported.
#within_minutes = 120

# -- keys ------------------------------------------------------------------------------------
# One entry a key. `file` is PKCS#8 (PEM or DER) or PKCS#12 (.p12, .pfx), readable by its owner
# alone (chmod 600). A password is never written here: it is in a file (password_file) or in a
# systemd credential (password_credential).

[[key]]
name = "verifier-521"
file = "/etc/pecete/keys/verifier-521.p12"
password_credential = "verifier-521"
# How an RSA key signs: "pkcs1" (every reader knows it) or "pss".
#scheme = "pkcs1"
# Only where the certificate has neither givenName nor surname: the person's name, equal to its CN.
#person = "Popescu Ana"

[[key]]
name = "seal"
file = "/etc/pecete/keys/seal.pem"
# Certificates in PEM, the key's own first, then those that issued it.
certificates = "/etc/pecete/keys/seal-chain.pem"

# -- treasury units --------------------------------------------------------------------------
[[treasury]]
code = "521"
name = "Trezoreria Municipiului Exemplu"
verifier = "verifier-521"
seal = "seal"

# -- reviewers -------------------------------------------------------------------------------
# Who may approve, each with a key of their own; several for a unit, by turns (holidays). Nobody approves what came in a
# day file of their own. Corrections, and what does not follow from the day before, always wait for one of them.
# [[reviewer]]
# user = 1001                # the system's number: `id -u`
# key = "verifier-521"
# treasuries = ["521"]
# from = "2026-07-01"
# to = "2026-07-31"

# -- clients ---------------------------------------------------------------------------------
# Only those that are not like the others.
[[client]]
cui = "9999008"
# "folder": signed and sealed, to out/. "stick": signed by the verifier alone, kept until the
# client brings its memory stick (order 2768/2017, art. 5). "both".
channel = "folder"
# Number of the system group that may read the client's folder.
#group = 1001
# Volume ids of the memory sticks that the client brings, as `lsblk -o NAME,UUID` shows them.
#sticks = ["1234-ABCD"]
"##;

#[cfg(test)]
mod tests {
    use super::super::file::File;
    use super::super::{Config, ConfigFault, Origin, settings};
    use super::TEMPLATE;
    use std::path::Path;

    fn uncommented() -> String {
        let is_default = |line: &str| {
            line.strip_prefix('#').is_some_and(|rest| {
                rest.split_once(" = ")
                    .is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            })
        };
        let optional = ["#person", "#group", "#sticks"];
        let without_optional = |line: &&str| !optional.iter().any(|key| line.starts_with(key));
        let lines = TEMPLATE.lines().filter(without_optional);
        lines.map(|line| if is_default(line) { &line[1..] } else { line }).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_template_is_accepted_and_its_comments_state_the_defaults() {
        let (plain, spoken) =
            (File::read(TEMPLATE).expect("read"), File::read(&uncommented()).expect("read"));
        assert_eq!(toml::to_string(&plain).expect("toml"), toml::to_string(&spoken).expect("toml"));
        assert!(Config::read(TEMPLATE, Path::new("/etc/pecete/pecete.toml")).is_ok());
        let silent = settings(&spoken, &uncommented()).into_iter().filter(|s| s.origin == Origin::Default);
        assert_eq!(
            silent.map(|s| s.key).collect::<Vec<_>>(),
            ["key[1].scheme"],
            "every default is in the template"
        );
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let text = TEMPLATE.replace("seal = \"seal\"", "seal = \"sael\"").replace("9999008", "9999009");
        let faults = Config::read(&text, Path::new("pecete.toml")).expect_err("refused");
        assert_eq!(faults.len(), 2, "{faults:?}");
        let text =
            TEMPLATE.replace("#sticks = [\"1234-ABCD\"]", "sticks = [\"1234-abcd\", \"1234-ABCD\", \"12\"]");
        let faults = Config::read(&text, Path::new("pecete.toml")).expect_err("refused");
        assert_eq!(faults.len(), 2, "one stick twice, one that is no volume id: {faults:?}");
        for name in ["", " ", &"n".repeat(201), "Trezoreria\\u0007"] {
            let text = TEMPLATE.replace("Trezoreria Municipiului Exemplu", name);
            let faults = Config::read(&text, Path::new("pecete.toml")).expect_err("refused");
            assert!(matches!(faults.as_slice(), [ConfigFault::UnitName { .. }]), "{name}: {faults:?}");
        }
        let text = TEMPLATE.replace("Trezoreria Municipiului Exemplu", &"ș".repeat(200));
        assert!(Config::read(&text, Path::new("pecete.toml")).is_ok());
        let text = TEMPLATE.replace("#scan_seconds", "scan_secnods");
        let faults = Config::read(&text, Path::new("pecete.toml")).expect_err("refused");
        assert!(matches!(faults.as_slice(), [ConfigFault::Syntax { line: 28, .. }]), "{faults:?}");
    }
}
