//! Which key asks for which action: the defaults of the action list, with the user's choices laid over.

use super::key;
use crate::model::Fault;
use crate::model::action::{ACTIONS, Action};
use std::collections::BTreeMap;

/// Keys by name, and the way back for help and footer.
#[derive(Clone, Debug)]
pub struct Keymap {
    actions: BTreeMap<String, Action>,
}

impl Default for Keymap {
    fn default() -> Self {
        let pairs = ACTIONS.iter().flat_map(|spec| spec.keys.iter().map(|key| ((*key).to_owned(), spec.action)));
        Self { actions: pairs.collect() }
    }
}

impl Keymap {
    /// The defaults with these choices: an action's keys replace its default keys, and take a key away from
    /// whatever had it. Fails on an unknown action or key, naming it.
    pub fn with(choices: &BTreeMap<String, Vec<String>>) -> Result<Self, Fault> {
        let mut keymap = Self::default();
        let mut chosen = Vec::new();
        for (name, keys) in choices {
            let action = Action::named(name).ok_or_else(|| {
                let names: Vec<&str> = ACTIONS.iter().map(|spec| spec.name).collect();
                Fault::config(format!("the key file names an unknown action {name:?}"))
                    .hint(format!("actions: {}", names.join(", ")))
            })?;
            keymap.actions.retain(|_, own| *own != action);
            chosen.extend(keys.iter().map(|key| (key, action)));
        }
        for (text, action) in chosen {
            let name = key::event(text).and_then(|event| key::name(&event)).ok_or_else(|| {
                Fault::config(format!("the key file names an unknown key {text:?}"))
                    .hint("keys are written as r, G, ctrl-r, alt-x, f5, space, enter, shift-tab, pageup")
            })?;
            keymap.actions.insert(name, action);
        }
        Ok(keymap)
    }

    /// What a key asks for.
    pub fn action(&self, key: &str) -> Option<Action> {
        self.actions.get(key).copied()
    }

    /// The keys of an action, its default order first.
    pub fn keys(&self, action: Action) -> Vec<&str> {
        let mut keys: Vec<&str> =
            self.actions.iter().filter(|(_, own)| **own == action).map(|(key, _)| key.as_str()).collect();
        let place = |key: &&str| action.spec().keys.iter().position(|own| own == key).unwrap_or(usize::MAX);
        keys.sort_by_key(place);
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(name: &str, keys: &[&str]) -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([(name.to_owned(), keys.iter().map(|k| (*k).to_owned()).collect())])
    }

    #[test]
    fn every_default_key_is_a_key() {
        for spec in ACTIONS {
            for key in spec.keys {
                assert!(key::event(key).is_some(), "{key}");
            }
        }
    }

    #[test]
    fn a_choice_replaces_and_takes_over() {
        let keymap = Keymap::with(&choices("refresh", &["j"])).unwrap();
        assert_eq!(keymap.action("j"), Some(Action::Refresh));
        assert_eq!(keymap.action("r"), None);
        assert_eq!(keymap.keys(Action::Down), ["down"]);
    }

    #[test]
    fn unknown_names_are_refused() {
        assert!(Keymap::with(&choices("refersh", &["r"])).unwrap_err().message.contains("refersh"));
        assert!(Keymap::with(&choices("refresh", &["entr"])).unwrap_err().message.contains("entr"));
    }
}
