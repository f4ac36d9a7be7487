//! Output into a file that is either whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Takes the unfinished file away unless it was moved to its place.
struct Unfinished {
    path: PathBuf,
    moved: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.moved {
            // Nothing more can be done about a file that cannot be removed; the first failure is the one reported.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes a file beside its place and moves it there at the end, so that a failure leaves what was there before.
/// A device or a pipe is written to directly, since moving a file there would replace it.
pub fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let before = fs::metadata(&place).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        let mut out = BufWriter::new(OpenOptions::new().write(true).open(&place)?);
        return write(&mut out).and_then(|()| out.flush());
    }
    let (file, mut unfinished) = beside(&place)?;
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Some(before) = before {
        file.set_permissions(before.permissions())?;
    }
    fs::rename(&unfinished.path, &place)?;
    unfinished.moved = true;
    Ok(())
}

fn beside(place: &Path) -> io::Result<(File, Unfinished)> {
    let name = place.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let path = place.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    Ok((file, Unfinished { path, moved: false }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_failure_leaves_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leads.csv");
        to_file(&path, |out| out.write_all(b"old")).unwrap();
        let failed = to_file(&path, |out| {
            out.write_all(b"new")?;
            Err(io::Error::other("lost"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(dir.path()), ["leads.csv"]);
    }

    #[test]
    fn a_device_stays_a_device() {
        to_file(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
