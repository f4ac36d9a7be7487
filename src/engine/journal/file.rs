//! The file the lines stand in: appended by several processes at once, read whole. It must not know what a line means.

use super::Entry;
use crate::model::{Fault, Kind};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const FILE: &str = "journal.jsonl";

/// The journal's file, which need not exist yet.
#[derive(Clone, Debug, Default)]
pub struct Journal(Option<PathBuf>);

/// What stands in the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// The numbers of lines that cannot be read, such as one cut off by a full disk.
    pub unreadable: Vec<usize>,
}

impl Journal {
    /// The journal of this state directory, which need not exist yet.
    pub fn within(state_dir: &Path) -> Self {
        Self(Some(state_dir.join(FILE)))
    }

    /// No journal: nothing can be carried out.
    pub fn nowhere() -> Self {
        Self(None)
    }

    /// The directory it stands in.
    pub(super) fn directory(&self) -> Option<&Path> {
        self.0.as_deref().and_then(Path::parent)
    }

    /// Adds a line and waits until the disk has it. A refusal where it cannot be written: what is not recorded is not done.
    pub fn write(&self, entry: &Entry) -> Result<(), Fault> {
        let path = self.0.as_ref().ok_or_else(|| {
            Fault::new(Kind::Refused, "nothing has been changed: there is no journal to record it in")
                .hint("set PGDECK_STATE_DIR to a directory")
        })?;
        append(path, entry).map_err(|error| {
            Fault::new(Kind::Refused, format!("the journal {} cannot be written: {error}", path.display()))
                .hint("set PGDECK_STATE_DIR to a directory that can be written")
        })
    }

    /// All lines that can be read, oldest first.
    pub fn read(&self) -> Vec<Entry> {
        self.lines().entries
    }

    /// All lines, and which of them cannot be read.
    pub fn lines(&self) -> Lines {
        let mut lines = Lines::default();
        // A device has no end to be read to.
        let opened = self.0.as_ref().filter(|path| path.is_file()).and_then(|path| File::open(path).ok());
        let Some(file) = opened else {
            return lines;
        };
        for (at, line) in BufReader::new(file).split(b'\n').map_while(Result::ok).enumerate() {
            match serde_json::from_slice(&line) {
                Ok(entry) => lines.entries.push(entry),
                Err(_) if line.is_empty() => {}
                Err(_) => lines.unreadable.push(at + 1),
            }
        }
        lines
    }
}

impl Lines {
    /// What a reader should know of lines that cannot be read.
    pub fn note(&self) -> Option<String> {
        let numbers: Vec<String> = self.unreadable.iter().take(5).map(ToString::to_string).collect();
        let more = if self.unreadable.len() > 5 { ", …" } else { "" };
        let named = format!("{}{more}", numbers.join(", "));
        match self.unreadable.len() {
            0 => None,
            1 => Some(format!("line {named} of the journal cannot be read: it was cut off or is another version's")),
            n => Some(format!("{n} lines of the journal cannot be read ({named}): cut off or another version's")),
        }
    }
}

/// One write at the end of the file, whoever else writes: the system keeps such writes apart.
fn append(path: &Path, entry: &Entry) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    let is_new = !path.exists();
    let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    let mut line = if metadata.is_file() && ends_within_a_line(&mut file)? { vec![b'\n'] } else { Vec::new() };
    serde_json::to_writer(&mut line, entry)?;
    line.push(b'\n');
    // The rest of a line that was taken in part would stand behind another process's line.
    if file.write(&line)? != line.len() {
        return Err(io::Error::new(io::ErrorKind::StorageFull, "only a part of the line was taken"));
    }
    file.sync_all()?;
    match path.parent().filter(|_| is_new) {
        Some(dir) => File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}

/// True where the last line has no end, as a process that died over it leaves it.
fn ends_within_a_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
