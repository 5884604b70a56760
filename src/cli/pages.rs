//! `pecete pages`, for whoever makes a package: manual pages in both languages, completions, and the configuration with the folders of an
//! installed office.

use super::args::{Arguments, PagesArgs};
use super::{Exit, Terminal, romanian};
use crate::config::TEMPLATE;
use crate::diag::Lang;
use crate::fs::{self, FsFault};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use std::path::Path;

/// Folders of an office that a package installs, as `systemd/tmpfiles.d/pecete.conf` makes them.
const INSTALLED: [(&str, &str); 7] = [
    ("#watch = \"watch\"", "watch = \"/var/lib/pecete/watch\""),
    ("#state = \"state\"", "state = \"/var/lib/pecete/state\""),
    ("#out = \"out\"", "out = \"/var/lib/pecete/out\""),
    ("#trust = \"certs/trust\"", "trust = \"/etc/pecete/trust\""),
    ("#heads = \"heads\"", "heads = \"/var/lib/pecete/heads\""),
    ("#review = \"review\"", "review = \"/run/pecete\""),
    ("#archive = \"archive\"", "archive = \"/var/lib/pecete/archive\""),
];

pub(super) fn run(arguments: &PagesArgs, terminal: &mut Terminal<'_>) -> Exit {
    match write(&arguments.folder) {
        Ok(()) => Exit::Done,
        Err(fault) => {
            terminal.error("", &fault);
            Exit::Failed
        }
    }
}

fn write(folder: &Path) -> Result<(), FsFault> {
    for (name, lang) in [("man", Lang::En), ("man-ro", Lang::Ro)] {
        let pages = folder.join(name);
        fs::make_folder(&pages)?;
        let command = romanian::localise(Arguments::command(), lang).disable_help_subcommand(true);
        manual(&pages, "pecete", &command)?;
    }
    for (name, shell) in [("pecete.bash", Shell::Bash), ("_pecete", Shell::Zsh), ("pecete.fish", Shell::Fish)]
    {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "pecete", &mut script);
        fs::write_new(&folder.join(name), &script)?;
    }
    fs::write_new(&folder.join("pecete.toml"), installed().as_bytes())
}

/// The page of a verb and of those below it.
fn manual(folder: &Path, name: &str, command: &Command) -> Result<(), FsFault> {
    let mut page = Vec::new();
    let named = command.clone().name(name.to_owned());
    if clap_mangen::Man::new(named).render(&mut page).is_ok() {
        fs::write_new(&folder.join(format!("{name}.1")), &page)?;
    }
    let shown = command.get_subcommands().filter(|below| !below.is_hide_set());
    shown.into_iter().try_for_each(|below| manual(folder, &format!("{name}-{}", below.get_name()), below))
}

/// The template with the folders of an installed office.
fn installed() -> String {
    INSTALLED.iter().fold(TEMPLATE.to_owned(), |text, (from, to)| text.replacen(from, to, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn an_installed_office_has_its_folders_where_the_package_makes_them() {
        let config = Config::read(&installed(), Path::new("/etc/pecete/pecete.toml")).expect("fits together");
        let folders = [&config.watch, &config.state, &config.out, &config.heads, &config.archive];
        let made = include_str!("../../systemd/tmpfiles.d/pecete.conf");
        for folder in folders {
            assert!(made.contains(&format!("d {} ", folder.display())), "{}", folder.display());
        }
        assert_eq!(config.review, Path::new("/run/pecete"));
        assert!(made.contains(&format!("d {} ", config.trust.display())));
    }

    #[test]
    fn each_verb_has_a_page_in_both_languages_and_each_shell_its_words() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path()).expect("written");
        for language in ["man", "man-ro"] {
            for name in ["pecete", "pecete-run", "pecete-review-approve", "pecete-verify"] {
                let page = fs::read_bounded(&folder.path().join(language).join(format!("{name}.1")), 1 << 20);
                assert!(page.expect("a page").starts_with(b".ie"), "{language} {name}");
            }
        }
        assert!(!fs::exists(&folder.path().join("man/pecete-pages.1")), "not for people");
        assert!(matches!(write(folder.path()), Err(FsFault::Exists { .. })), "nothing is overwritten");
    }
}
