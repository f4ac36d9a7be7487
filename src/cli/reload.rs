//! Noticing that a file of the library was saved. It looks at names, sizes and times, and reads only what changed.

use crate::catalog::Library;
use crate::tui::Reload;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

type Traces = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// A look at these directories that answers with a new library when a file came, went or changed.
pub fn of(dirs: Vec<PathBuf>) -> Reload {
    let mut before = traces(&dirs);
    Box::new(move || {
        let now = traces(&dirs);
        if now == before {
            return None;
        }
        before = now;
        Some(Arc::new(Library::load(&dirs)))
    })
}

fn traces(dirs: &[PathBuf]) -> Traces {
    let mut traces = Traces::new();
    dirs.iter().for_each(|dir| trace(dir, &mut traces));
    traces
}

/// What cannot be read leaves no trace; reading the library says why.
fn trace(dir: &Path, traces: &mut Traces) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            trace(&entry.path(), traces);
        } else {
            traces.insert(entry.path(), (metadata.len(), metadata.modified().ok()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_makes_a_new_library_once() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("panes")).unwrap();
        let mut look = of(vec![dir.path().to_owned()]);
        assert!(look().is_none());
        let text = "/*---\ntitle = \"X\"\ngroup = \"g\"\n---*/\nSELECT 1 AS a";
        fs::write(dir.path().join("panes/x.sql"), text).unwrap();
        let library = look().unwrap();
        assert!(library.panes().any(|(id, _)| id.name == "x"));
        assert!(look().is_none());
    }
}
