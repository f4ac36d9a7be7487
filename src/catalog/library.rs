//! Every pane and system there is, by name: embedded files with the user's laid over.
//! A broken file takes away its own pane, with the reason, and nothing else.

use super::check::CheckSpec;
use super::files::{Files, family};
use super::generated::Generated;
use super::pane::PaneSpec;
use super::system::System;
use crate::model::Fault;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of a pane or check in the library: with the system that brings it, or without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaneId {
    pub system: Option<String>,
    pub name: String,
}

/// What a query file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Pane,
    Check,
}

impl FileKind {
    /// The folder its files stand in.
    fn folder(self) -> &'static str {
        match self {
            FileKind::Pane => "panes",
            FileKind::Check => "checks",
        }
    }

    /// What it is called in listings.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Pane => "pane",
            FileKind::Check => "check",
        }
    }
}

/// One file of a pane or check: from which server version on it holds, and what came of reading it.
#[derive(Clone, Debug)]
pub struct Variant<S = PaneSpec> {
    pub from_major: u32,
    pub spec: Result<Arc<S>, Fault>,
    pub origin: String,
    pub embedded: bool,
}

/// Panes and systems as they were read. Immutable; a changed file makes a new library.
#[derive(Clone, Debug)]
pub struct Library {
    pub files: Files,
    panes: BTreeMap<PaneId, Vec<Variant>>,
    checks: BTreeMap<PaneId, Vec<Variant<CheckSpec>>>,
    systems: Vec<Arc<System>>,
    /// What could not be read at all: directories, manifests.
    pub problems: Vec<Fault>,
}

impl Library {
    /// The embedded library with the files of these directories laid over, later ones on top.
    /// Never fails: what cannot be read is a problem or a disabled pane.
    pub fn load(dirs: &[PathBuf]) -> Self {
        let mut files = Files::embedded();
        let mut problems = Vec::new();
        for dir in dirs {
            match Files::read(dir) {
                Ok(over) => files.lay_over(over),
                Err(fault) => problems.push(fault),
            }
        }
        Self::of(files, problems)
    }

    /// The embedded library with one pane or check file laid over, which need not stand in a library directory.
    /// Fails where the file cannot be read or its header is wrong.
    pub fn with_file(path: &Path) -> Result<(Self, PaneId, FileKind), Fault> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Fault::config(format!("cannot read {}: {error}", path.display())))?;
        let origin = path.display().to_string();
        let (system, kind) = place_of(path);
        // A file that stands nowhere in particular is a check when it reads as one.
        let kind = kind.unwrap_or(match CheckSpec::parse(&text, &origin) {
            Ok(_) => FileKind::Check,
            Err(_) => FileKind::Pane,
        });
        match kind {
            FileKind::Pane => PaneSpec::parse(&text, &origin).map(drop)?,
            FileKind::Check => CheckSpec::parse(&text, &origin).map(drop)?,
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("file");
        let name = stem.split('@').next().unwrap_or(stem).to_owned();
        let folder = kind.folder();
        let place = match &system {
            Some(system) => format!("systems/{system}/{folder}/{name}.sql"),
            None => format!("{folder}/{name}.sql"),
        };
        let mut over = Files::default();
        over.insert(&place, &text);
        let mut files = Files::embedded();
        files.lay_over(over);
        Ok((Self::of(files, Vec::new()), PaneId { system, name }, kind))
    }

    /// The library of these files.
    pub fn of(files: Files, mut problems: Vec<Fault>) -> Self {
        let mut panes = families(&files, pane_id, PaneSpec::parse);
        let checks = families(&files, check_id, |text, origin| CheckSpec::parse(text, origin)?.sharing(&files, origin));
        let nowhere = files.under("").filter(|(path, _)| pane_id(path).or(check_id(path)).is_none());
        problems.extend(nowhere.filter_map(|(path, _)| stray(&files, path)));
        let mut systems = Vec::new();
        for name in System::names(&files) {
            match System::load(&files, &name) {
                Ok(system) => systems.push(Arc::new(system)),
                Err(fault) => problems.push(fault),
            }
        }
        systems.iter().for_each(|system| generate(&files, system, &mut panes));
        Self { files, panes, checks, systems, problems }
    }

    /// Every pane with its variants, lowest version first.
    pub fn panes(&self) -> impl Iterator<Item = (&PaneId, &[Variant])> {
        self.panes.iter().map(|(id, variants)| (id, variants.as_slice()))
    }

    /// The variants of one pane; none where there is no such pane.
    pub fn pane(&self, id: &PaneId) -> &[Variant] {
        self.panes.get(id).map_or(&[], Vec::as_slice)
    }

    /// Every check with its variants, lowest version first.
    pub fn checks(&self) -> impl Iterator<Item = (&PaneId, &[Variant<CheckSpec>])> {
        self.checks.iter().map(|(id, variants)| (id, variants.as_slice()))
    }

    /// The variants of one check; none where there is no such check.
    pub fn check(&self, id: &PaneId) -> &[Variant<CheckSpec>] {
        self.checks.get(id).map_or(&[], Vec::as_slice)
    }

    /// Every system whose manifest could be read.
    pub fn systems(&self) -> &[Arc<System>] {
        &self.systems
    }

    /// One system by name. Fails with a usage fault listing the known ones.
    pub fn system(&self, name: &str) -> Result<&Arc<System>, Fault> {
        self.systems.iter().find(|system| system.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.systems.iter().map(|system| system.name.as_str()).collect();
            Fault::usage(format!("no system is called {name}")).hint(format!("known systems: {}", known.join(", ")))
        })
    }

    /// The systems that bring a pane of this name.
    pub fn brought_by(&self, pane: &str) -> Vec<&str> {
        let fits = |id: &&PaneId| id.name == pane;
        self.panes.keys().filter(fits).filter_map(|id| id.system.as_deref()).collect()
    }
}

/// Adds the panes that a system's manifest makes, where no file has their name.
fn generate(files: &Files, system: &System, panes: &mut BTreeMap<PaneId, Vec<Variant>>) {
    let manifest = format!("systems/{}/system.toml", system.name);
    let (origin, embedded) = (files.origin(&manifest), files.is_embedded(&manifest));
    for kind in Generated::ALL {
        let id = PaneId { system: Some(system.name.clone()), name: kind.name().to_owned() };
        if let Some(spec) = kind.pane(system, &origin) {
            let spec = spec.map(Arc::new);
            panes.entry(id).or_insert_with(|| vec![Variant { from_major: 0, spec, embedded, origin: origin.clone() }]);
        }
    }
}

/// The variant that holds on a server of this major version, or why none does.
pub fn choose<S>(variants: &[Variant<S>], major: u32) -> Result<Arc<S>, String> {
    let fitting = variants.iter().rev().find(|variant| variant.from_major <= major);
    match fitting {
        Some(variant) => variant.spec.clone().map_err(|fault| fault.message),
        None => {
            let lowest = variants.iter().map(|variant| variant.from_major).min().unwrap_or(0);
            Err(format!("needs PostgreSQL {lowest}"))
        }
    }
}

/// Reads every file that has a name of this kind, variants of one name together.
fn families<S>(
    files: &Files,
    id: impl Fn(&str) -> Option<(PaneId, u32)>,
    parse: impl Fn(&str, &str) -> Result<S, Fault>,
) -> BTreeMap<PaneId, Vec<Variant<S>>> {
    let mut found: BTreeMap<PaneId, Vec<Variant<S>>> = BTreeMap::new();
    for (path, text) in files.under("") {
        let Some((id, from_major)) = id(path) else {
            continue;
        };
        let origin = files.origin(path);
        let spec = parse(text, &origin).map(Arc::new);
        let variant = Variant { from_major, spec, embedded: files.is_embedded(path), origin };
        found.entry(id).or_default().push(variant);
    }
    for variants in found.values_mut() {
        variants.sort_by_key(|variant| variant.from_major);
    }
    found
}

/// `panes/x.sql`, `health/x.sql` and `systems/crm/panes/x.sql` are panes; other files are not.
fn pane_id(path: &str) -> Option<(PaneId, u32)> {
    name_in(path, &["panes", "health"])
}

/// `checks/x.sql` and `systems/crm/checks/x.sql` are checks.
fn check_id(path: &str) -> Option<(PaneId, u32)> {
    name_in(path, &["checks"])
}

fn name_in(path: &str, folders: &[&str]) -> Option<(PaneId, u32)> {
    if !path.ends_with(".sql") {
        return None;
    }
    let (stem, from_major) = family(path);
    let (system, folder, name) = match stem.split('/').collect::<Vec<_>>().as_slice() {
        [folder, name] => (None, *folder, (*name).to_owned()),
        ["systems", system, folder, name] => (Some((*system).to_owned()), *folder, (*name).to_owned()),
        _ => return None,
    };
    folders.contains(&folder).then_some((PaneId { system, name }, from_major))
}

/// What to say of a user's query file that stands where nothing looks for it.
fn stray(files: &Files, path: &str) -> Option<Fault> {
    let is_stray = !path.contains('/') && path.ends_with(".sql") && !files.is_embedded(path);
    is_stray.then(|| {
        Fault::config(format!("{} is not used", files.origin(path)))
            .hint("a pane stands in the folder panes of its library directory, a check in checks")
    })
}

/// The system a file on disk belongs to and what it is, by the folders it stands in.
fn place_of(path: &Path) -> (Option<String>, Option<FileKind>) {
    let folders: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    let kind = |folder: &str| [FileKind::Pane, FileKind::Check].into_iter().find(|kind| kind.folder() == folder);
    match folders.as_slice() {
        [.., "systems", system, folder, _] if kind(folder).is_some() => (Some((*system).to_owned()), kind(folder)),
        [.., folder, _] => (None, kind(folder)),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pane(title: &str) -> String {
        format!("/*---\ntitle = \"{title}\"\ngroup = \"g\"\n---*/\nSELECT 1 AS a")
    }

    #[test]
    fn the_variant_follows_the_server() {
        let mut files = Files::default();
        files.insert("panes/x.sql", &pane("old"));
        files.insert("panes/x@16.sql", &pane("new"));
        files.insert("panes/y@17.sql", &pane("late"));
        let library = Library::of(files, Vec::new());
        let title = |name: &str, major| {
            let (_, variants) = library.panes().find(|(id, _)| id.name == name).unwrap();
            choose(variants, major).map(|spec| spec.title.clone())
        };
        assert_eq!(title("x", 15).unwrap(), "old");
        assert_eq!(title("x", 16).unwrap(), "new");
        assert_eq!(title("x", 18).unwrap(), "new");
        assert_eq!(title("y", 16).unwrap_err(), "needs PostgreSQL 17");
    }

    #[test]
    fn a_broken_file_takes_only_its_own_pane() {
        let mut files = Files::default();
        files.insert("panes/x.sql", "SELECT 1");
        files.insert("systems/s/panes/y.sql", &pane("y"));
        let library = Library::of(files, Vec::new());
        let broken: Vec<_> =
            library.panes().filter(|(_, v)| v[0].spec.is_err()).map(|(id, _)| id.name.clone()).collect();
        assert_eq!(broken, ["x"]);
        assert_eq!(library.brought_by("y"), ["s"]);
    }

    #[test]
    fn the_embedded_library_is_whole() {
        let library = Library::load(&[]);
        assert!(library.problems.is_empty(), "{:?}", library.problems);
        for (id, variants) in library.panes() {
            for variant in variants {
                assert!(variant.spec.is_ok(), "{id:?}: {:?}", variant.spec);
            }
        }
        for (id, variants) in library.checks() {
            for variant in variants {
                assert!(variant.spec.is_ok(), "{id:?}: {:?}", variant.spec);
            }
        }
    }
}
