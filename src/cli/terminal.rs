//! Where a command writes: data to one side, words to the other, in the reader's language.

use crate::diag::{Explain, Lang};
use std::io::{ErrorKind, Write};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or accepted.
    Done,
    /// A statement, a document or a setting was refused.
    Refused,
    /// It could not be done: cannot read, cannot reach, wrong usage.
    Failed,
}

impl Exit {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Failed => 2,
        }
    }
}

/// Both sides of the output and how to write on them.
pub struct Terminal<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    closed: bool,
    /// The language of words; data has none.
    pub lang: Lang,
    /// Whether reports are JSON.
    pub json: bool,
    /// Whether only errors are said.
    pub quiet: bool,
    /// Whether more is said.
    pub verbose: bool,
    /// Whether a person looks at standard error: progress bars are for people.
    pub is_terminal: bool,
}

impl<'a> Terminal<'a> {
    /// A terminal that writes to these.
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, lang: Lang, is_terminal: bool) -> Self {
        Self { out, err, closed: false, lang, json: false, quiet: false, verbose: false, is_terminal }
    }

    /// A line of data, to standard output.
    pub fn data(&mut self, line: &str) {
        if self.closed {
            return;
        }
        let written = self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(b"\n"));
        self.closed = written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
    }

    /// Whether the reader has closed the pipe: they have seen enough.
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Bytes of data, to standard output.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if !self.closed {
            self.closed = self.out.write_all(bytes).is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
        }
    }

    /// Words, to standard error, unless the reader asked for quiet.
    pub fn say(&mut self, line: &str) {
        if !self.quiet {
            let _ = writeln!(self.err, "{line}");
        }
    }

    /// Words in the reader's language.
    pub fn tell(&mut self, en: &str, ro: &str) {
        self.say(self.pick(en, ro));
    }

    /// One of two texts, by the reader's language.
    pub const fn pick<'t>(&self, en: &'t str, ro: &'t str) -> &'t str {
        match self.lang {
            Lang::En => en,
            Lang::Ro => ro,
        }
    }

    /// An error with its hint, where it has one. `place` is `path:` or `path:line:`, or nothing.
    pub fn error(&mut self, place: &str, fault: &dyn Explain) {
        let gap = if place.is_empty() { "" } else { " " };
        let label = self.pick("error", "eroare");
        let _ = writeln!(self.err, "{label}: {place}{gap}{}", fault.say(self.lang));
        if let Some(hint) = fault.hint(self.lang) {
            let label = self.pick("hint", "sfat");
            let _ = writeln!(self.err, "{label}: {hint}");
        }
    }

    /// What the command line's reader said: help is data and success, a misuse is an error.
    pub fn usage(&mut self, error: &clap::Error) -> Exit {
        if error.use_stderr() {
            let _ = write!(self.err, "{}", error.render());
            return Exit::Failed;
        }
        self.bytes(error.render().to_string().as_bytes());
        Exit::Done
    }
}
