//! The tree of library files by their path below `queries/`, whether embedded or read from disk.

use crate::model::Fault;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// One file: its text, and where a person finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct File {
    text: String,
    /// The path on disk, or None for a file of the program itself.
    disk: Option<PathBuf>,
}

/// Library files by path relative to `queries/`, `/`-separated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, File>);

impl Files {
    /// The files the program was built with.
    pub fn embedded() -> Self {
        let mut files = Self::default();
        files.take_embedded(&EMBEDDED);
        files
    }

    fn take_embedded(&mut self, dir: &Dir<'_>) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                self.insert(&path.replace('\\', "/"), text);
            }
        }
        for sub in dir.dirs() {
            self.take_embedded(sub);
        }
    }

    /// The `.sql` and `.toml` files below a directory. Fails where the directory cannot be read;
    /// a single unreadable file fails too, naming it.
    pub fn read(dir: &Path) -> Result<Self, Fault> {
        let mut files = Self::default();
        files.take_disk(dir, "")?;
        Ok(files)
    }

    fn take_disk(&mut self, dir: &Path, prefix: &str) -> Result<(), Fault> {
        let unreadable = |path: &Path, error: std::io::Error| {
            Fault::config(format!("cannot read the library at {}: {error}", path.display()))
                .hint("check the directory given with --library, or its permissions")
        };
        for entry in std::fs::read_dir(dir).map_err(|error| unreadable(dir, error))? {
            let path = entry.map_err(|error| unreadable(dir, error))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let below = format!("{prefix}{name}");
            if path.is_dir() {
                self.take_disk(&path, &format!("{below}/"))?;
            } else if name.ends_with(".sql") || name.ends_with(".toml") {
                let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
                self.0.insert(below, File { text, disk: Some(path) });
            }
        }
        Ok(())
    }

    /// Adds or replaces one file that has no place on disk.
    pub fn insert(&mut self, path: &str, text: &str) {
        let text = text.to_owned();
        self.0.insert(path.to_owned(), File { text, disk: None });
    }

    /// The text of one file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|file| file.text.as_str())
    }

    /// Path and text of every file below this folder, in order of path; all files for an empty name.
    pub fn under(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.0
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, file)| (path.as_str(), file.text.as_str()))
    }

    /// How a person finds this file: its path on disk, or below `queries/`.
    pub fn origin(&self, path: &str) -> String {
        match self.0.get(path).and_then(|file| file.disk.as_ref()) {
            Some(disk) => disk.display().to_string(),
            None => format!("queries/{path}"),
        }
    }

    /// True for a file of the program itself.
    pub fn is_embedded(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(|file| file.disk.is_none())
    }

    /// Lays other files over these. A file replaces the whole family of its name:
    /// `panes/x.sql` also removes an embedded `panes/x@16.sql`.
    pub fn lay_over(&mut self, other: Files) {
        let families: Vec<&str> = other.0.keys().map(|path| family(path).0).collect();
        self.0.retain(|path, _| !families.contains(&family(path).0));
        self.0.extend(other.0);
    }
}

impl FromIterator<(String, String)> for Files {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(texts: T) -> Self {
        let mut files = Self::default();
        for (path, text) in texts {
            files.insert(&path, &text);
        }
        files
    }
}

/// A path without its variant and ending, and the server version from which the variant holds (0: always).
pub fn family(path: &str) -> (&str, u32) {
    let Some(stem) = path.strip_suffix(".sql") else {
        return (path, 0);
    };
    match stem.rsplit_once('@') {
        Some((name, version)) => version.parse().map_or((stem, 0), |version| (name, version)),
        None => (stem, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_file_replaces_its_whole_family() {
        let mut files = Files::default();
        files.insert("panes/x.sql", "old");
        files.insert("panes/x@16.sql", "old for 16");
        files.insert("panes/y.sql", "y");
        let mut user = Files::default();
        user.insert("panes/x.sql", "new");
        files.lay_over(user);
        let paths: Vec<_> = files.under("panes").collect();
        assert_eq!(paths, [("panes/x.sql", "new"), ("panes/y.sql", "y")]);
    }

    #[test]
    fn a_variant_names_its_version() {
        assert_eq!(family("panes/x@16.sql"), ("panes/x", 16));
        assert_eq!(family("panes/x.sql"), ("panes/x", 0));
        assert_eq!(family("systems/crm/system.toml"), ("systems/crm/system.toml", 0));
    }

    #[test]
    fn an_unreadable_directory_is_named() {
        let fault = Files::read(Path::new("/nonexistent/pgdeck")).unwrap_err();
        assert!(fault.message.contains("/nonexistent/pgdeck"));
    }
}
