//! The settings of one run.

use super::file::{File, Profile};
use super::{Lookup, place, reading, zone};
use crate::model::Fault;
use crate::model::nearest::did_you_mean;
use serde::Deserialize;
use std::path::PathBuf;

/// Whether to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// As the terminal can, unless `NO_COLOR` is set.
    #[default]
    Auto,
    Always,
    Never,
}

/// What the command line says about settings; None where it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub theme: Option<String>,
    pub profile: Option<String>,
    pub actor: Option<String>,
    /// Laid over the library directories of the file.
    pub library: Vec<PathBuf>,
}

/// Everything that can be set, validated.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How long a statement may run; 0 for as long as the server allows.
    pub statement_timeout_ms: u32,
    /// How long a statement may wait for a lock.
    pub lock_timeout_ms: u32,
    /// The zone in which times are written.
    pub time_zone: String,
    pub theme: String,
    /// How many rows a page of a list holds.
    pub page_rows: usize,
    /// The panes on the tabs.
    pub deck: Vec<String>,
    /// The system meant where several bring a pane of one name.
    pub system: Option<String>,
    /// Library directories, later ones laid over earlier ones.
    pub library: Vec<PathBuf>,
    pub colour: Colour,
    /// Who asks for changes, as they say themselves.
    pub actor: Option<String>,
    /// The connection profile in use.
    pub profile: Option<Profile>,
    /// Where `config.toml`, `keymap.toml`, `themes/` and `queries/` are looked for.
    pub config_dir: PathBuf,
    /// Where the journal stands.
    pub state_dir: PathBuf,
}

const DECK: [&str; 10] =
    ["tenants", "leads", "polls", "audit", "indexes", "bloat", "views", "trash", "verify", "activity"];

impl Settings {
    /// Reads the file, the environment and the flags. Fails with a configuration fault that says where.
    pub fn load(overrides: &Overrides, environment: Lookup<'_>) -> Result<Self, Fault> {
        let config_dir = place::config_dir(environment)?;
        let path = config_dir.join("config.toml");
        let file: File = match reading::text(&path)? {
            Some(text) => reading::parse(&text, &path.display().to_string())?,
            None => File::default(),
        };
        let profile = overrides.profile.as_deref().map(|name| chosen(&file, name)).transpose()?;
        let origin = path.display().to_string();
        let own_queries = Some(config_dir.join("queries")).filter(|dir| dir.is_dir());
        let of_file = file.library.iter().map(|dir| config_dir.join(dir));
        let deck = profile.as_ref().and_then(|profile| profile.deck.clone()).or(file.deck);
        let of_profile = profile.as_ref().and_then(|profile| profile.system.clone());
        let system = environment("PGDECK_SYSTEM").filter(|name| !name.is_empty()).or(of_profile).or(file.system);
        let actor = profile.as_ref().and_then(|profile| profile.actor.clone()).or(file.actor);
        let theme = overrides.theme.clone().or_else(|| environment("PGDECK_THEME")).or(file.theme);
        let zone = environment("PGDECK_TIME_ZONE").or(file.time_zone);
        let settings = Self {
            statement_timeout_ms: file.statement_timeout_ms.unwrap_or(30_000),
            lock_timeout_ms: file.lock_timeout_ms.unwrap_or(2000),
            time_zone: zone.unwrap_or_else(|| zone::of_user(environment)),
            theme: theme.unwrap_or_else(|| "dusk".into()),
            page_rows: file.page_rows.unwrap_or(100),
            deck: deck.unwrap_or_else(|| DECK.map(String::from).to_vec()),
            system,
            library: own_queries.into_iter().chain(of_file).chain(overrides.library.clone()).collect(),
            state_dir: place::state_dir(environment).unwrap_or_else(|_| config_dir.join("state")),
            colour: file.colour,
            actor: overrides.actor.clone().or(actor).filter(|name| !name.trim().is_empty()),
            profile,
            config_dir,
        };
        settings.checked(&origin)
    }

    fn checked(self, origin: &str) -> Result<Self, Fault> {
        if !(1..=10_000).contains(&self.page_rows) {
            return Err(Fault::config(format!("{origin}: page_rows is {}", self.page_rows))
                .hint("a page holds between 1 and 10000 rows"));
        }
        if !(1..=10).contains(&self.deck.len()) {
            return Err(Fault::config(format!("{origin}: the deck has {} panes", self.deck.len()))
                .hint("name between 1 and 10 panes: every tab has a digit"));
        }
        Ok(self)
    }
}

fn chosen(file: &File, name: &str) -> Result<Profile, Fault> {
    let found = file.profile.get(name).cloned();
    let profile = found.map(|profile| Profile { name: name.to_owned(), ..profile });
    profile.ok_or_else(|| {
        let known: Vec<&str> = file.profile.keys().map(String::as_str).collect();
        let listed = match known.as_slice() {
            [] => "config.toml has no [profile.NAME]".to_owned(),
            known => format!("profiles: {}", known.join(", ")),
        };
        let hint = did_you_mean(name, known.iter().copied()).unwrap_or(listed);
        Fault::config(format!("no profile is called {name}")).hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn load(text: &str, overrides: &Overrides, variables: &[(&str, &str)]) -> Result<Settings, Fault> {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("config.toml"), text).unwrap();
        let environment = |name: &str| match name {
            "PGDECK_CONFIG_DIR" => Some(dir.path().display().to_string()),
            _ => variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned()),
        };
        Settings::load(overrides, &environment)
    }

    #[test]
    fn the_nearer_source_wins() {
        let file = "theme = \"dawn\"\ntime_zone = \"Asia/Tokyo\"\npage_rows = 50";
        let none = Overrides::default();
        let settings = load(file, &none, &[("TZ", "Europe/Berlin")]).unwrap();
        assert_eq!(
            (settings.theme.as_str(), settings.time_zone.as_str(), settings.page_rows),
            ("dawn", "Asia/Tokyo", 50)
        );
        assert_eq!(load("", &none, &[("TZ", "Europe/Berlin")]).unwrap().time_zone, "Europe/Berlin");
        let settings = load(file, &none, &[("PGDECK_THEME", "plain"), ("PGDECK_TIME_ZONE", "UTC")]).unwrap();
        assert_eq!((settings.theme.as_str(), settings.time_zone.as_str()), ("plain", "UTC"));
        let system = |variables: &[(&str, &str)]| load("system = \"bi\"", &none, variables).unwrap().system;
        assert_eq!([system(&[]), system(&[("PGDECK_SYSTEM", "crm")])], [Some("bi".into()), Some("crm".into())]);
        let named = |text: &str, flags: &Overrides| load(text, flags, &[]).unwrap().actor;
        let both = "actor = \"Ann\"\n[profile.shop]\nactor = \"Support\"";
        let shop = Overrides { profile: Some("shop".into()), ..Overrides::default() };
        let flagged = Overrides { actor: Some("Zoë".into()), ..shop.clone() };
        let actors = [named("", &none), named(both, &none), named(both, &shop), named(both, &flagged)];
        assert_eq!(actors, [None, Some("Ann".into()), Some("Support".into()), Some("Zoë".into())]);
        let flags = Overrides { theme: Some("dusk".into()), ..none };
        assert_eq!(load(file, &flags, &[("PGDECK_THEME", "plain")]).unwrap().theme, "dusk");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place() {
        let fault = load("theme = \"dusk\"\n\npage_row = 5\n", &Overrides::default(), &[]).unwrap_err();
        assert!(fault.message.contains("config.toml:3:1"), "{fault}");
        assert_eq!(fault.hint.as_deref(), Some("did you mean page_rows?"));
        let fault = load("page_rows = \"five\"\n", &Overrides::default(), &[]).unwrap_err();
        assert!(fault.message.contains("config.toml:1:13"), "{fault}");
        assert!(load("page_rows = 0", &Overrides::default(), &[]).is_err());
    }

    #[test]
    fn a_profile_is_chosen_by_name_and_hides_its_password() {
        let file =
            "[profile.shop]\nconninfo = \"host=db password=hunter2\"\nenvironment = \"production\"\ndeck = [\"leads\"]";
        let with = |name: &str| Overrides { profile: Some(name.into()), ..Overrides::default() };
        let settings = load(file, &with("shop"), &[]).unwrap();
        assert_eq!(settings.deck, ["leads"]);
        assert!(!format!("{settings:?}").contains("hunter2"));
        let fault = load(file, &with("shp"), &[]).unwrap_err();
        assert_eq!(fault.hint.as_deref(), Some("did you mean shop?"));
    }
}
