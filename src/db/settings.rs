//! The connection settings of one start, merged: what was said where, and a refusal by name of what is not honoured.
//! It must not know what a setting does.

use super::env::Env;
use super::params::{self, PARAMS, Param, Takes};
use crate::model::Fault;
use std::collections::BTreeMap;

/// One value and the name under which a person gave it.
struct Setting {
    value: String,
    given_as: String,
}

/// The merged settings; a later layer replaces an earlier one, an empty value replaces nothing (libpq's rule).
pub(super) struct Settings(BTreeMap<&'static str, Setting>);

impl Settings {
    /// The lowest layer: what the environment says.
    pub fn of_env(env: &Env) -> Self {
        let mut settings = Self(BTreeMap::new());
        for param in PARAMS.iter().filter(|p| !p.env.is_empty()) {
            if let Some(value) = env.get(param.env) {
                settings.put(param, value, param.env);
            }
        }
        settings
    }

    /// Lays pairs of a connection string over what there is. A usage fault for an unknown key.
    pub fn lay(&mut self, pairs: Vec<(String, String)>) -> Result<(), Fault> {
        for (key, value) in pairs {
            let Some(param) = params::find(&key) else {
                return Err(Fault::usage(format!("unknown connection parameter \"{key}\""))
                    .hint(format!("did you mean {}?", params::nearest(&key))));
            };
            self.put(param, &value, param.key);
        }
        Ok(())
    }

    /// Lays one value over what there is.
    pub fn set(&mut self, key: &str, value: Option<&str>) {
        if let (Some(param), Some(value)) = (params::find(key), value) {
            self.put(param, value, param.key);
        }
    }

    fn put(&mut self, param: &'static Param, value: &str, given_as: &str) {
        if !value.is_empty() {
            self.0.insert(param.key, Setting { value: value.to_owned(), given_as: given_as.to_owned() });
        }
    }

    /// A usage fault naming the first setting that asks for what is not done.
    pub fn refuse_unsupported(&self) -> Result<(), Fault> {
        for (key, setting) in &self.0 {
            let Some(Param { takes: Takes::Only(values), .. }) = params::find(key) else {
                continue;
            };
            if values.iter().any(|value| value.eq_ignore_ascii_case(&setting.value)) {
                continue;
            }
            return Err(refusal(&setting.given_as, values));
        }
        Ok(())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|setting| setting.value.as_str())
    }

    /// The value of a key as one of the named choices, or nothing when nothing was said.
    pub fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<Option<T>, Fault> {
        let Some(setting) = self.0.get(key) else {
            return Ok(None);
        };
        let names = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        match choices.iter().find(|(name, _)| *name == setting.value) {
            Some((_, choice)) => Ok(Some(*choice)),
            None => Err(Fault::usage(format!("{} is none of its values", setting.given_as))
                .hint(format!("it is one of {}", names()))),
        }
    }

    /// The value of a key as a whole number.
    pub fn number(&self, key: &str) -> Result<Option<i64>, Fault> {
        let Some(setting) = self.0.get(key) else {
            return Ok(None);
        };
        let wrong = |_| Fault::usage(format!("{} is not a whole number", setting.given_as));
        setting.value.trim().parse().map(Some).map_err(wrong)
    }
}

fn refusal(name: &str, values: &[&str]) -> Fault {
    let fault = Fault::usage(format!("{name} is not supported yet"));
    match values {
        [] if name.eq_ignore_ascii_case("service") || name == "PGSERVICE" => {
            fault.hint("name host, port, user and dbname instead of a service")
        }
        [] => fault.hint(format!("leave {name} out, if the connection does not depend on it")),
        values => fault.hint(format!("only {name}={} is, which is what happens without it", values.join("|"))),
    }
}
