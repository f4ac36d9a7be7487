//! A check as its file declares it: what it finds, how bad that is, what identifies a finding, the SQL, and the
//! situation it must find (DESIGN §3). It must not know a server.

use super::files::Files;
use super::header;
use super::local::Local;
use super::pane::Needs;
use crate::model::Fault;
use crate::model::finding::{About, Severity};
use serde::Deserialize;

const PLANT_OPEN: &str = "/*--- plant";
const PLANT_CLOSE: &str = "---*/";

/// The value of a parameter, as the SQL sees it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "a number or a text")]
pub enum Param {
    Whole(i64),
    Number(f64),
    Text(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    title: String,
    severity: Severity,
    category: String,
    about: About,
    why: String,
    door: Option<String>,
    #[serde(default = "by_object")]
    identity: Vec<String>,
    #[serde(default)]
    needs: Needs,
    #[serde(default)]
    params: toml::map::Map<String, toml::Value>,
    #[serde(default)]
    now: bool,
    #[serde(default)]
    local: Vec<Local>,
    #[serde(default)]
    whole: Vec<String>,
    #[serde(default)]
    shared: Vec<String>,
}

fn by_object() -> Vec<String> {
    vec!["object".to_owned()]
}

/// A situation a check must find, made in one transaction that is rolled back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plant {
    /// The objects that must be found, and no others.
    pub finds: Vec<String>,
    /// Parameters for this run only.
    pub with: Vec<(String, Param)>,
    pub sql: String,
}

/// A parsed check. Immutable.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckSpec {
    pub title: String,
    pub severity: Severity,
    pub category: String,
    pub about: About,
    pub why: String,
    /// The pane that shows what it finds.
    pub door: Option<String>,
    /// The columns that identify a finding.
    pub identity: Vec<String>,
    pub needs: Needs,
    pub params: Vec<(String, Param)>,
    /// Run for the operational front page too.
    pub now: bool,
    pub local: Vec<Local>,
    /// Tables that must be readable as a whole, or nothing can be said.
    pub whole: Vec<String>,
    /// Relations it shares with other checks: the name, and the text of `checks/shared/NAME.sql`.
    pub shared: Vec<(String, String)>,
    /// One SELECT.
    pub sql: String,
    pub plant: Option<Plant>,
}

impl CheckSpec {
    /// Reads a check file. `origin` names it in faults.
    pub fn parse(text: &str, origin: &str) -> Result<Self, Fault> {
        let parts = header::split(text, origin)?;
        let header: Header = header::read(parts.header, origin, parts.header_line)?;
        let (sql, plant) = match parts.sql.split_once(PLANT_OPEN) {
            None => (parts.sql, None),
            Some((sql, plant)) => (sql.trim_end(), Some(read_plant(plant, origin)?)),
        };
        if sql.ends_with(';') {
            return Err(Fault::config(format!("{origin}: the SQL ends with a semicolon"))
                .hint("a check is one SELECT that others are wrapped around; leave the semicolon out"));
        }
        let params = header.params.into_iter().map(|(name, value)| match value {
            toml::Value::Integer(whole) => Ok((name, Param::Whole(whole))),
            toml::Value::Float(number) => Ok((name, Param::Number(number))),
            toml::Value::String(text) => Ok((name, Param::Text(text))),
            _ => Err(Fault::config(format!("{origin}: the parameter {name} is neither a number nor a text"))),
        });
        Ok(Self {
            params: params.collect::<Result<_, _>>()?,
            title: header.title,
            severity: header.severity,
            category: header.category,
            about: header.about,
            why: header.why,
            door: header.door,
            identity: header.identity,
            needs: header.needs,
            now: header.now,
            local: header.local,
            whole: header.whole,
            shared: header.shared.into_iter().map(|name| (name, String::new())).collect(),
            sql: sql.to_owned(),
            plant,
        })
    }

    /// The check with the texts of its shared relations. Fails where there is no such file.
    pub fn sharing(mut self, files: &Files, origin: &str) -> Result<Self, Fault> {
        for (name, text) in &mut self.shared {
            let path = format!("checks/shared/{name}.sql");
            let found = files.get(&path).ok_or_else(|| {
                Fault::config(format!("{origin}: no shared relation is called {name:?}"))
                    .hint(format!("its file would be {path}"))
            })?;
            found.trim_end().clone_into(text);
        }
        Ok(self)
    }
}

fn read_plant(text: &str, origin: &str) -> Result<Plant, Fault> {
    let text = text.trim_end().strip_suffix(PLANT_CLOSE).ok_or_else(|| {
        Fault::config(format!("{origin}: the plant does not end")).hint("it ends the file with ---*/")
    })?;
    let mut plant = Plant { sql: text.trim().to_owned(), ..Plant::default() };
    for line in text.lines().map(str::trim) {
        if let Some(object) = line.strip_prefix("-- finds:") {
            plant.finds.push(object.trim().to_owned());
        } else if let Some(pair) = line.strip_prefix("-- with:") {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| Fault::config(format!("{origin}: {line:?} is not `-- with: name = value`")))?;
            let value = value.trim();
            let param = match (value.parse(), value.parse()) {
                (Ok(whole), _) => Param::Whole(whole),
                (_, Ok(number)) => Param::Number(number),
                _ => Param::Text(value.trim_matches('"').to_owned()),
            };
            plant.with.push((name.trim().to_owned(), param));
        }
    }
    if plant.finds.is_empty() {
        return Err(Fault::config(format!("{origin}: the plant does not say what must be found"))
            .hint("one line `-- finds: schema.object` for each finding"));
    }
    Ok(plant)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECK: &str = "/*---\ntitle = \"t\"\nseverity = \"warning\"\ncategory = \"keys\"\nabout = \"schema\"\nwhy = \"w\"\n\
        [params]\nmin = 3\n---*/\nSELECT 'a' AS object\n/*--- plant\n-- finds: plant.t\n-- with: min = 0\nCREATE SCHEMA plant;\n---*/\n";

    #[test]
    fn a_check_reads_with_its_plant() {
        let check = CheckSpec::parse(CHECK, "x.sql").unwrap();
        assert_eq!(
            (check.severity, check.about, check.sql.as_str()),
            (Severity::Warning, About::Schema, "SELECT 'a' AS object")
        );
        assert_eq!(
            (check.identity, check.params),
            (vec!["object".to_owned()], vec![("min".to_owned(), Param::Whole(3))])
        );
        let plant = check.plant.unwrap();
        assert_eq!((plant.finds, plant.with), (vec!["plant.t".to_owned()], vec![("min".to_owned(), Param::Whole(0))]));
        assert!(plant.sql.contains("CREATE SCHEMA plant;"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let fault = |text: String| CheckSpec::parse(&text, "x.sql").unwrap_err().message;
        assert!(fault(CHECK.replace("warning", "fatal")).starts_with("x.sql:3: "));
        assert!(fault(CHECK.replace("why = \"w\"\n", "")).contains("missing field `why`"));
        assert!(fault(CHECK.replace("-- finds: plant.t\n", "")).contains("must be found"));
        assert!(fault(CHECK.replace("AS object\n", "AS object;\n")).contains("semicolon"));
    }
}
