//! The library as a tree of texts, whatever disk or binary it came from. It must not know what the texts mean.

use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// Texts by path relative to `queries/`, separated by `/`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// The files built into the program. A file that is not UTF-8 is left out.
    pub fn embedded() -> Self {
        let mut files = Self::default();
        gather(&EMBEDDED, &mut files.0);
        files
    }

    /// The text at this path.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Every path below this folder with its text, in order of path.
    pub fn under(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{}/", folder.trim_end_matches('/'))
        };
        self.0
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Puts the other tree on top: its files replace those of the same path.
    pub fn lay_over(&mut self, other: Files) {
        self.0.extend(other.0);
    }
}

impl FromIterator<(String, String)> for Files {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(files: T) -> Self {
        Self(files.into_iter().collect())
    }
}

fn gather(folder: &Dir<'_>, into: &mut BTreeMap<String, String>) {
    for file in folder.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            into.insert(path.replace('\\', "/"), text.to_owned());
        }
    }
    for folder in folder.dirs() {
        gather(folder, into);
    }
}
