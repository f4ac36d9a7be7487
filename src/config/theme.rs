//! Theme files: a palette, and what each role of the screen looks like. Embedded ones with the user's laid over.

use super::colour::{self, Shade};
use super::reading;
use crate::model::Fault;
use crate::model::nearest::did_you_mean;
use crate::model::role::ROLES;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The look of one role. Colours are `#rrggbb`, one of the sixteen names, `terminal`, or a name of the palette.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoleStyle {
    pub fg: Option<String>,
    pub bg: Option<String>,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underline: bool,
    pub reverse: bool,
}

/// One theme. After [`load`] it holds every role, and every colour in it has a meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThemeFile {
    pub name: String,
    /// The theme whose palette and roles stand where this one says nothing.
    pub inherits: Option<String>,
    pub palette: BTreeMap<String, String>,
    pub roles: BTreeMap<String, RoleStyle>,
}

impl ThemeFile {
    /// The colour this name means in this theme.
    pub fn shade(&self, name: &str) -> Option<Shade> {
        colour::parse(self.palette.get(name).map_or(name, String::as_str))
    }

    fn laid_over(mut self, below: ThemeFile) -> Self {
        for (name, colour) in below.palette {
            self.palette.entry(name).or_insert(colour);
        }
        for (name, style) in below.roles {
            self.roles.entry(name).or_insert(style);
        }
        self
    }
}

/// The theme of this name, whole. Fails where a file, a role, a colour or an inherited theme is wrong.
pub fn load(name: &str, config_dir: &Path) -> Result<ThemeFile, Fault> {
    let mut seen = Vec::new();
    let theme = inherited(name, config_dir, &mut seen)?;
    match ROLES.iter().find(|role| !theme.roles.contains_key(**role)) {
        Some(role) => Err(Fault::config(format!("the theme {name} says nothing about the role {role}"))
            .hint("add inherits = \"dusk\" for everything it leaves out")),
        None => Ok(theme),
    }
}

/// The names of all themes, sorted.
pub fn names(config_dir: &Path) -> Vec<String> {
    let embedded = EMBEDDED.files().map(|file| file.path().to_owned());
    let own = std::fs::read_dir(config_dir.join("themes")).into_iter().flatten().flatten();
    let paths = embedded.chain(own.map(|entry| entry.path()));
    let toml = paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let mut names: Vec<String> = toml.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names.dedup();
    names
}

/// A theme over what it inherits. A user's `dusk` that inherits `dusk` means the embedded one.
fn inherited(name: &str, config_dir: &Path, seen: &mut Vec<String>) -> Result<ThemeFile, Fault> {
    let (text, origin) = source(name, config_dir, seen)?;
    if seen.contains(&origin) {
        return Err(Fault::config(format!("{origin}: the theme {name} inherits itself")));
    }
    let mut theme: ThemeFile = reading::parse(&text, &origin)?;
    name.clone_into(&mut theme.name);
    if let Some(unknown) = theme.roles.keys().find(|role| !ROLES.contains(&role.as_str())) {
        let fault = Fault::config(format!("{origin}: no role is called {unknown}"));
        return Err(fault.hint(
            did_you_mean(unknown, ROLES.iter().copied()).unwrap_or_else(|| format!("roles: {}", ROLES.join(", "))),
        ));
    }
    seen.push(origin.clone());
    let theme = match theme.inherits.clone() {
        Some(below) => theme.laid_over(inherited(&below, config_dir, seen)?),
        None => theme,
    };
    check_colours(&theme, &origin)?;
    Ok(theme)
}

fn source(name: &str, config_dir: &Path, seen: &[String]) -> Result<(String, String), Fault> {
    let file = format!("{name}.toml");
    let path = config_dir.join("themes").join(&file);
    let origin = path.display().to_string();
    let is_name = !name.contains(['/', '\\']);
    if is_name
        && !seen.contains(&origin)
        && let Some(text) = reading::text(&path)?
    {
        return Ok((text, origin));
    }
    let embedded = EMBEDDED.get_file(&file).and_then(|file| file.contents_utf8());
    embedded.map(|text| (text.to_owned(), format!("themes/{file}"))).ok_or_else(|| {
        let known = names(config_dir).join(", ");
        Fault::config(format!("no theme is called {name}")).hint(format!("themes: {known}"))
    })
}

fn check_colours(theme: &ThemeFile, origin: &str) -> Result<(), Fault> {
    let of_roles = theme.roles.iter().flat_map(|(role, style)| [(role, style.fg.as_ref()), (role, style.bg.as_ref())]);
    let of_roles = of_roles.filter_map(|(role, colour)| Some((role, colour?)));
    let wrong = of_roles.chain(&theme.palette).find(|(_, colour)| theme.shade(colour).is_none());
    match wrong {
        Some((place, colour)) => Err(Fault::config(format!("{origin}: {place} has no colour {colour:?}"))
            .hint("write #rrggbb, one of the sixteen names (red, bright-red, …), terminal, or a name of [palette]")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn with_user_theme(text: &str) -> Result<ThemeFile, Fault> {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("themes")).unwrap();
        fs::write(dir.path().join("themes/dusk.toml"), text).unwrap();
        load("dusk", dir.path())
    }

    #[test]
    fn every_embedded_theme_is_whole() {
        let nowhere = Path::new("/nonexistent");
        assert_eq!(names(nowhere), ["dawn", "dusk", "plain"]);
        for name in names(nowhere) {
            assert_eq!(load(&name, nowhere).unwrap().name, name);
        }
        let plain = load("plain", nowhere).unwrap();
        let colours = plain.roles.values().flat_map(|style| [&style.fg, &style.bg]).flatten();
        assert!(colours.into_iter().all(|colour| !matches!(plain.shade(colour), Some(Shade::Rgb(..)))));
    }

    #[test]
    fn a_user_theme_changes_what_it_names() {
        let theme =
            with_user_theme("inherits = \"dusk\"\n[palette]\nred = \"#ff0000\"\n[roles]\ndim = { fg = \"red\" }")
                .unwrap();
        assert_eq!(theme.roles["dim"].fg.as_deref(), Some("red"));
        assert_eq!(theme.shade("red"), Some(Shade::Rgb(255, 0, 0)));
        assert_eq!(theme.roles.len(), ROLES.len());
    }

    #[test]
    fn mistakes_are_named() {
        let fault = |text| with_user_theme(text).unwrap_err().to_string();
        assert!(fault("[roles]\ndin = {}").contains("did you mean dim?"));
        assert!(fault("[roles]\ndim = { fb = \"red\" }").contains("dusk.toml:2:9"));
        assert!(fault("inherits = \"dusk\"\n[roles]\ndim = { fg = \"reddish\" }").contains("reddish"));
        assert!(fault("[roles]\ndim = {}").contains("says nothing about"));
        assert!(load("../dusk", Path::new("/nonexistent")).is_err());
    }

    fn luminance(shade: Shade) -> f64 {
        let Shade::Rgb(red, green, blue) = shade else { panic!("{shade:?}") };
        let part = |value: u8| match f64::from(value) / 255.0 {
            v if v <= 0.04045 => v / 12.92,
            v => ((v + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
    }

    #[test]
    fn every_text_can_be_read() {
        for name in ["dusk", "dawn"] {
            let theme = load(name, Path::new("/nonexistent")).unwrap();
            for (role, style) in &theme.roles {
                let fg = style.fg.as_deref().unwrap_or("ink");
                let bg = style.bg.as_deref().unwrap_or("ground");
                let [fg, bg] = [fg, bg].map(|colour| luminance(theme.shade(colour).unwrap()));
                let contrast = (fg.max(bg) + 0.05) / (fg.min(bg) + 0.05);
                let least = if role == "border" { 1.6 } else { 4.5 };
                assert!(contrast >= least, "{name}: {role} has a contrast of {contrast:.2}");
            }
        }
    }
}
