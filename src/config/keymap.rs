//! `keymap.toml`: which keys a person wants for which action. What a key is, the screen knows.

use super::reading;
use crate::model::Fault;
use crate::model::nearest::did_you_mean;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;

/// Keys by the name of their action.
pub type Keys = BTreeMap<String, Vec<String>>;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    keys: BTreeMap<Spanned<String>, Vec<String>>,
}

/// The rebound keys of this configuration directory; none where there is no file. Fails with the place of a name
/// that is not among the known ones.
pub fn load(config_dir: &Path, known: &[&str]) -> Result<Keys, Fault> {
    let path = config_dir.join("keymap.toml");
    match reading::text(&path)? {
        Some(text) => parse(&text, &path.display().to_string(), known),
        None => Ok(Keys::new()),
    }
}

/// Reads the text of a keymap.
pub fn parse(text: &str, origin: &str, known: &[&str]) -> Result<Keys, Fault> {
    let file: File = reading::parse(text, origin)?;
    let check = |(name, keys): (Spanned<String>, Vec<String>)| {
        if known.contains(&name.get_ref().as_str()) {
            return Ok((name.into_inner(), keys));
        }
        let fault = reading::at(text, origin, name.span(), &format!("no action is called {}", name.get_ref()));
        let all = || format!("actions: {}", known.join(", "));
        Err(fault.hint(did_you_mean(name.get_ref(), known.iter().copied()).unwrap_or_else(all)))
    };
    file.keys.into_iter().map(check).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_by_action() {
        let keys = parse("[keys]\nrefresh = [\"ctrl-r\", \"r\"]", "keymap.toml", &["refresh", "quit"]).unwrap();
        assert_eq!(keys["refresh"], ["ctrl-r", "r"]);
    }

    #[test]
    fn an_unknown_action_is_pointed_at() {
        let fault = parse("[keys]\n  refesh = [\"r\"]", "keymap.toml", &["refresh", "quit"]).unwrap_err();
        assert_eq!(fault.message, "keymap.toml:2:3: no action is called refesh");
        assert_eq!(fault.hint.as_deref(), Some("did you mean refresh?"));
    }
}
