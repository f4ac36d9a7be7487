//! The rows of an operation that changes too many for one line of the journal: a file of their own beside it, part by part, on the
//! disk before the change can last. Nobody who reads the journal reads these. It must not know what is done to the rows.

use super::Journal;
use crate::model::{Fault, Kind};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

const DIRECTORY: &str = "parts";

/// One value for each row of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Values {
    All(Option<String>),
    Each(Vec<Option<String>>),
}

impl Values {
    /// Of these rows, in their order.
    pub fn of(values: Vec<Option<String>>) -> Self {
        match values.first() {
            Some(first) if values.iter().all(|value| value == first) => Values::All(first.clone()),
            _ => Values::Each(values),
        }
    }

    /// The value of the row at this place.
    pub fn at(&self, place: usize) -> Option<&str> {
        match self {
            Values::All(value) => value.as_deref(),
            Values::Each(values) => values.get(place)?.as_deref(),
        }
    }
}

/// Rows of one table that were changed together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// As a plan names it.
    pub table: String,
    /// The values of each key column, row by row.
    pub keys: Vec<Vec<String>>,
    /// The columns that were set, with what they held before.
    pub before: Vec<(String, Values)>,
    pub tenants: Values,
    /// The version each row was left with.
    pub version: Values,
    pub revives: bool,
}

impl Part {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.keys.first().map_or(0, Vec::len)
    }

    /// True for a part without rows, which nobody writes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key of the row at this place.
    pub fn key(&self, place: usize) -> Vec<String> {
        self.keys.iter().filter_map(|column| column.get(place).cloned()).collect()
    }
}

/// The file of one operation being written.
#[derive(Debug)]
pub struct Parts {
    path: PathBuf,
    file: File,
}

/// The file of one operation that has ended.
#[derive(Debug)]
pub struct Written {
    path: PathBuf,
    reader: BufReader<File>,
    /// Where each part begins. One that was written again stands where it did.
    begins: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct Line<T> {
    nr: usize,
    part: T,
}

impl Journal {
    /// Begins the parts of an operation. A refusal where they cannot be written.
    pub fn begin_parts(&self, id: &str) -> Result<Parts, Fault> {
        let path = self.parts_path(id)?;
        let opened = || {
            let directory = path.parent().unwrap_or(&path);
            fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
            let file = OpenOptions::new().create_new(true).append(true).mode(0o600).open(&path)?;
            File::open(directory)?.sync_all()?;
            Ok(file)
        };
        let file = opened().map_err(|error| unwritten(&path, &error))?;
        Ok(Parts { path, file })
    }

    /// The parts of an operation that was done.
    pub fn parts(&self, id: &str) -> Result<Written, Fault> {
        let path = self.parts_path(id)?;
        Written::open(path.clone()).map_err(|error| unread(&path, &error))
    }

    /// An id is the server's word: it must not lead elsewhere.
    fn parts_path(&self, id: &str) -> Result<PathBuf, Fault> {
        let is_plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let directory = self.directory().filter(|_| is_plain);
        let directory = directory.ok_or_else(|| {
            Fault::new(Kind::Refused, format!("nothing has been changed: no journal can keep {id:?}"))
        })?;
        Ok(directory.join(DIRECTORY).join(format!("{id}.jsonl")))
    }
}

impl Parts {
    /// Adds a part; the same number again stands for the one before.
    pub fn write(&mut self, nr: usize, part: &Part) -> Result<(), Fault> {
        let mut line = serde_json::to_vec(&Line { nr, part }).map_err(|error| unwritten(&self.path, &error.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(|error| unwritten(&self.path, &error))
    }

    /// Waits until the disk has all of it.
    pub fn keep(&self) -> Result<(), Fault> {
        self.file.sync_all().map_err(|error| unwritten(&self.path, &error))
    }

    /// What has been written so far, to be read.
    pub fn so_far(&self) -> Result<Written, Fault> {
        Written::open(self.path.clone()).map_err(|error| unread(&self.path, &error))
    }

    /// Takes the file away: nothing has been changed.
    pub fn forget(self) {
        // A file that stays tells of nothing: no line of the journal says that it was done.
        let _ = fs::remove_file(&self.path);
    }
}

impl Written {
    fn open(path: PathBuf) -> io::Result<Self> {
        let mut reader = BufReader::new(File::open(&path)?);
        let mut begins: Vec<u64> = Vec::new();
        let (mut at, mut line) = (0, Vec::new());
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(Self { path, reader, begins });
            }
            match number(&line) {
                Some(nr) if nr < begins.len() => begins[nr] = at,
                Some(nr) if nr == begins.len() => begins.push(at),
                _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "a part is missing or cut off")),
            }
            at += read as u64;
        }
    }

    /// How many parts there are.
    pub fn count(&self) -> usize {
        self.begins.len()
    }

    /// The part of this number.
    pub fn read(&mut self, nr: usize) -> Result<Part, Fault> {
        self.line(nr).map_err(|error| unread(&self.path, &error))
    }

    fn line(&mut self, nr: usize) -> io::Result<Part> {
        let begin = self.begins.get(nr).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.reader.seek(SeekFrom::Start(*begin))?;
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line)?;
        Ok(serde_json::from_slice::<Line<Part>>(&line)?.part)
    }
}

/// The number a line begins with; the rest of it is not looked at, but must be there.
fn number(line: &[u8]) -> Option<usize> {
    let rest = line.strip_prefix(b"{\"nr\":").filter(|_| line.ends_with(b"}\n"))?;
    let digits = rest.split(|byte| *byte == b',').next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn unwritten(path: &std::path::Path, error: &io::Error) -> Fault {
    let path = path.display();
    Fault::new(Kind::Refused, format!("nothing has been changed: the journal's file {path} cannot be written: {error}"))
}

fn unread(path: &std::path::Path, error: &io::Error) -> Fault {
    Fault::new(
        Kind::Refused,
        format!("nothing has been changed: the journal's file {} cannot be read: {error}", path.display()),
    )
    .hint("without it nobody here knows which rows the operation changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(keys: &[&str], version: &str) -> Part {
        Part {
            table: "crm.notes".into(),
            keys: vec![keys.iter().map(|key| (*key).to_owned()).collect()],
            before: vec![("deleted_at".into(), Values::of(vec![Some("2026".into()); keys.len()]))],
            tenants: Values::All(None),
            version: Values::All(Some(version.into())),
            revives: true,
        }
    }

    #[test]
    fn parts_are_read_in_any_order_and_the_last_of_a_number_counts() {
        let directory = tempfile::tempdir().unwrap();
        let journal = Journal::within(directory.path());
        let mut parts = journal.begin_parts("a-1").unwrap();
        parts.write(0, &part(&["x", "y"], "7")).unwrap();
        parts.write(1, &part(&["z"], "7")).unwrap();
        parts.write(0, &part(&["x", "y"], "8")).unwrap();
        parts.keep().unwrap();
        let mut read = journal.parts("a-1").unwrap();
        assert_eq!(read.count(), 2);
        assert_eq!(read.read(1).unwrap().key(0), ["z"]);
        assert_eq!(read.read(0).unwrap().version.at(1), Some("8"));
        assert!(journal.begin_parts("a-1").is_err(), "nobody writes into another's file");
        parts.forget();
        assert!(journal.parts("a-1").is_err());
        assert!(journal.begin_parts("../a").is_err());
    }

    #[test]
    fn a_part_that_was_cut_off_is_no_part() {
        let directory = tempfile::tempdir().unwrap();
        let journal = Journal::within(directory.path());
        let mut parts = journal.begin_parts("b").unwrap();
        parts.write(0, &part(&["x"], "7")).unwrap();
        parts.file.write_all(b"{\"nr\":1,\"part\":{\"ta").unwrap();
        assert!(journal.parts("b").is_err());
    }
}
