//! The SQL of a reference system, cut for running: migrations for one server version, the sample's parts.
//! It must not know a database.

use super::files::Files;
use super::system::System;
use crate::model::Fault;
use std::collections::BTreeMap;

/// One step of a system's schema and its way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationText {
    pub version: i64,
    pub name: String,
    pub up: String,
    pub down: String,
    /// The paths the two texts came from.
    pub up_path: String,
    pub down_path: String,
}

/// A stretch of the sample that runs in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamplePart {
    pub name: String,
    /// The parts that must be done before.
    pub after: Vec<String>,
    /// It holds statements that no transaction may hold (VACUUM), one per `;` at a line's end.
    pub outside_transaction: bool,
    pub sql: String,
    /// The line of the file on which its SQL begins, from 1.
    pub line: usize,
}

/// Where the steps are that several systems begin with.
pub const SHARED: &str = "systems/shared";

/// The two texts of one version as they are found.
type Found = BTreeMap<(i64, String), BTreeMap<(bool, u32), (String, String)>>;

impl System {
    /// The steps for a server of this major version, in order. Of a step's variants (`NNNN_name@15.up.sql`) the highest
    /// not above the version is taken whole. Fails with a configuration fault where a name or a way back is missing.
    pub fn migrations(&self, files: &Files, server_major: u32) -> Result<Vec<MigrationText>, Fault> {
        let folder = format!("systems/{}/schema", self.name);
        let mut steps: Vec<MigrationText> = Vec::new();
        for ((version, name), texts) in self.found(files, &folder)? {
            if steps.last().is_some_and(|last| last.version == version) {
                return Err(Fault::config(format!("{folder}: two steps numbered {version:04}")));
            }
            let pick = |up: bool| {
                let end = if up { "up" } else { "down" };
                let variant = texts.range((up, 0)..=(up, server_major)).next_back();
                variant
                    .map(|(_, (path, text))| (path.clone(), text.clone()))
                    .ok_or_else(|| Fault::config(format!("{folder}/{version:04}_{name}.{end}.sql is missing")))
            };
            let (up_path, up) = pick(true)?;
            let (down_path, down) = pick(false)?;
            steps.push(MigrationText { version, name, up, down, up_path, down_path });
        }
        Ok(steps)
    }

    /// The texts of its own steps and of those it shares with other systems.
    fn found(&self, files: &Files, folder: &str) -> Result<Found, Fault> {
        let mut texts = found(files, folder)?;
        let mut others = found(files, SHARED)?;
        for wanted in &self.shared {
            let at = others.keys().find(|(version, name)| format!("{version:04}_{name}") == *wanted).cloned();
            let Some((at, shared)) = at.and_then(|at| others.remove_entry(&at)) else {
                return Err(Fault::config(format!("{}: {SHARED} has no step {wanted}", self.name)));
            };
            texts.insert(at, shared);
        }
        Ok(texts)
    }

    /// The sample's parts in the order of the file; empty where the system brings none. Fails with a configuration fault
    /// with file and line where a part names itself twice or waits for one that does not stand before it.
    pub fn sample(&self, files: &Files) -> Result<Vec<SamplePart>, Fault> {
        let path = self.sample_path();
        files.get(&path).map_or(Ok(Vec::new()), |text| parts(&path, text))
    }

    /// Takes the sample's own objects and rows back before the schema goes; None where nothing is needed.
    pub fn sample_down<'f>(&self, files: &'f Files) -> Option<&'f str> {
        files.get(&format!("systems/{}/sample.down.sql", self.name))
    }

    /// The path of the sample, for messages.
    pub fn sample_path(&self) -> String {
        format!("systems/{}/sample.sql", self.name)
    }
}

/// All texts of a schema folder by step, direction and the server version they begin with.
fn found(files: &Files, folder: &str) -> Result<Found, Fault> {
    let mut found = Found::new();
    for (path, text) in files.under(folder) {
        let (version, name, major, up) =
            step(path).ok_or_else(|| Fault::config(format!("{path}: not NNNN_name[@MAJOR].up.sql or .down.sql")))?;
        let texts = found.entry((version, name)).or_default();
        texts.insert((up, major), (path.to_owned(), text.to_owned()));
    }
    Ok(found)
}

/// Reads `…/0007_lead_keys@15.up.sql` as (7, "lead_keys", 15, true); a file without `@` counts from version 0.
fn step(path: &str) -> Option<(i64, String, u32, bool)> {
    let file = path.rsplit('/').next()?;
    let (stem, up) = match file.strip_suffix(".up.sql") {
        Some(stem) => (stem, true),
        None => (file.strip_suffix(".down.sql")?, false),
    };
    let (stem, major) = match stem.split_once('@') {
        Some((stem, major)) => (stem, major.parse().ok()?),
        None => (stem, 0),
    };
    let (version, name) = stem.split_once('_')?;
    let version = version.parse().ok().filter(|&version| version > 0)?;
    (!name.is_empty()).then(|| (version, name.to_owned(), major, up))
}

/// Cuts the sample at its `-- part:` lines. What stands before the first belongs to a part named `start`.
fn parts(path: &str, text: &str) -> Result<Vec<SamplePart>, Fault> {
    let mut parts: Vec<SamplePart> = Vec::new();
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if let Some(head) = line.trim_end().strip_prefix("-- part:") {
            let part = part(head, at + 2).map_err(|why| Fault::config(format!("{path}:{}: {why}", at + 1)))?;
            let known = |name: &str| parts.iter().any(|part| part.name == name);
            if known(&part.name) {
                return Err(Fault::config(format!("{path}:{}: a second part {:?}", at + 1, part.name)));
            }
            if let Some(other) = part.after.iter().find(|other| !known(other)) {
                return Err(Fault::config(format!("{path}:{}: no part {other:?} stands before", at + 1)));
            }
            parts.push(part);
        } else if let Some(part) = parts.last_mut() {
            part.sql.push_str(line);
        } else if !line.trim().is_empty() && !line.starts_with("--") {
            return Err(Fault::config(format!("{path}:{}: SQL before the first `-- part:`", at + 1)));
        }
    }
    Ok(parts)
}

/// Reads `NAME [after: A, B] [outside-transaction]`; the brackets are optional.
fn part(head: &str, line: usize) -> Result<SamplePart, String> {
    let plain = head.replace(['[', ']'], " ");
    let outside_transaction = plain.contains("outside-transaction");
    let plain = plain.replace("outside-transaction", " ");
    let (name, after) = plain.split_once("after:").unwrap_or((&plain, ""));
    let after = after.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let name = name.trim().to_owned();
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Err(format!("not a part's name: {name:?}"));
    }
    Ok(SamplePart { name, after, outside_transaction, sql: String::new(), line })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toy(files: &[(&str, &str)]) -> (System, Files) {
        let manifest = "name = \"toy\"\ntitle = \"Toy\"\n[match]\ntables = []\n";
        let files = files.iter().map(|(path, text)| (format!("systems/toy/{path}"), (*text).to_owned())).collect();
        (System::parse("toy", manifest).unwrap(), files)
    }

    #[test]
    fn the_highest_variant_not_above_the_server_is_taken() {
        let (toy, files) = toy(&[
            ("schema/0002_b.up.sql", "old"),
            ("schema/0002_b@15.up.sql", "fifteen"),
            ("schema/0002_b@17.up.sql", "seventeen"),
            ("schema/0002_b.down.sql", "back"),
            ("schema/0001_a.up.sql", "first"),
            ("schema/0001_a.down.sql", "first back"),
        ]);
        let up = |major| {
            let steps = toy.migrations(&files, major).unwrap();
            assert_eq!(steps[0].up, "first");
            assert_eq!(steps[1].down, "back");
            steps[1].up.clone()
        };
        assert_eq!([up(13), up(15), up(16), up(18)], ["old", "fifteen", "fifteen", "seventeen"]);
    }

    #[test]
    fn a_shared_step_is_one_of_its_own() {
        let (mut toy, mut files) = toy(&[("schema/0002_b.up.sql", "b"), ("schema/0002_b.down.sql", "")]);
        let shared = ["up", "down"].map(|end| (format!("{SHARED}/0001_a.{end}.sql"), "a".to_owned()));
        files.lay_over(shared.into_iter().collect());
        assert_eq!(toy.migrations(&files, 15).unwrap().len(), 1);
        toy.shared = vec!["0001_a".into()];
        let steps = toy.migrations(&files, 15).unwrap();
        assert_eq!(steps.iter().map(|step| &*step.up).collect::<Vec<_>>(), ["a", "b"]);
        toy.shared = vec!["0003_c".into()];
        assert!(toy.migrations(&files, 15).unwrap_err().message.contains("has no step 0003_c"));
    }

    #[test]
    fn a_missing_way_back_is_named() {
        let (toy, files) = toy(&[("schema/0001_a.up.sql", "")]);
        let fault = toy.migrations(&files, 15).unwrap_err();
        assert!(fault.message.contains("0001_a.down.sql is missing"), "{fault}");
    }

    #[test]
    fn the_sample_is_cut_at_its_part_lines() {
        let text = "-- about\n\n-- part: a\nSELECT 1;\n-- part: b [after: a]\nSELECT 2;\n-- part: c after: a, b outside-transaction\nVACUUM;\n";
        let (toy, files) = toy(&[("sample.sql", text)]);
        let parts = toy.sample(&files).unwrap();
        assert_eq!(parts.iter().map(|part| part.line).collect::<Vec<_>>(), [4, 6, 8]);
        assert_eq!(parts[2].after, ["a", "b"]);
        assert!(parts[2].outside_transaction && !parts[1].outside_transaction);
        assert_eq!(parts[1].sql, "SELECT 2;\n");
    }

    #[test]
    fn a_part_waits_only_for_one_before_it() {
        let (toy, files) = toy(&[("sample.sql", "-- part: a after: b\n-- part: b\n")]);
        let fault = toy.sample(&files).unwrap_err();
        assert!(fault.message.contains("sample.sql:1: no part \"b\""), "{fault}");
    }
}
