//! Who asks for a change and why, as they say it themselves; and how a row of a plan is named in another intent.
//! It must not know how either is recorded.

use super::operation::{Intent, PlanRow, RowRef};
use serde_json::{Map, Value};

/// Who asked, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    pub actor: Option<String>,
    pub reason: Option<String>,
}

impl Intent {
    /// What the person says of it; None where nobody is asked.
    pub fn claim(&self) -> Option<Claim> {
        let (actor, reason) = match self {
            Intent::Restore(restore) => (&restore.actor, &restore.reason),
            Intent::Delete(delete) => (&delete.actor, &delete.reason),
            Intent::Undo(undo) => (&undo.actor, &undo.reason),
            _ => return None,
        };
        Some(Claim { actor: actor.clone(), reason: reason.clone() })
    }

    /// The same, asked for by this person for this reason.
    pub fn set_claim(&mut self, claim: Claim) {
        let (actor, reason) = match self {
            Intent::Restore(restore) => (&mut restore.actor, &mut restore.reason),
            Intent::Delete(delete) => (&mut delete.actor, &mut delete.reason),
            Intent::Undo(undo) => (&mut undo.actor, &mut undo.reason),
            _ => return,
        };
        *actor = claim.actor;
        *reason = claim.reason;
    }
}

impl RowRef {
    /// The row of a plan, as a command line would name it.
    pub fn of(row: &PlanRow) -> Self {
        Self { table: row.table.clone(), key: key_object(&row.key) }
    }
}

/// A key as a JSON object, in its order. Characters that could act on a terminal are escaped.
pub fn key_object(key: &[(String, Option<String>)]) -> String {
    let text = |text: &str| super::sanitise::json(&Value::from(text).to_string()).into_owned();
    let value = |value: &Option<String>| value.as_deref().map_or_else(|| "null".to_owned(), &text);
    let members: Vec<String> = key.iter().map(|(name, own)| format!("{}:{}", text(name), value(own))).collect();
    format!("{{{}}}", members.join(","))
}

/// The names and values of a key that was written as a JSON object; None where it is none, or a value is no scalar.
pub fn read_key(text: &str) -> Option<Vec<(String, Option<String>)>> {
    let object: Map<String, Value> = serde_json::from_str(text.trim()).ok()?;
    let value = |value: Value| match value {
        Value::Null => Some(None),
        Value::String(text) => Some(Some(text)),
        Value::Number(_) | Value::Bool(_) => Some(Some(value.to_string())),
        Value::Array(_) | Value::Object(_) => None,
    };
    object.into_iter().map(|(name, own)| Some((name, value(own)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operation::{Delete, Undo};

    #[test]
    fn a_key_reads_back_as_written() {
        let key = vec![("a \"b".to_owned(), Some("x\u{202e}'\n".to_owned())), ("n".to_owned(), None)];
        let text = key_object(&key);
        assert!(!text.chars().any(crate::model::sanitise::is_hostile), "{text}");
        assert_eq!(read_key(&text), Some(key));
        assert_eq!(read_key("{\"id\": 7}"), Some(vec![("id".into(), Some("7".into()))]));
        for wrong in ["7", "{\"id\":[1]}", "{", ""] {
            assert_eq!(read_key(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_claim_is_kept_where_somebody_is_asked() {
        let claim = Claim { actor: Some("Ann".into()), reason: Some("ticket 42".into()) };
        for mut intent in [Intent::Delete(Delete::default()), Intent::Undo(Undo::default())] {
            assert_eq!(intent.claim(), Some(Claim::default()));
            intent.set_claim(claim.clone());
            assert_eq!(intent.claim(), Some(claim.clone()));
        }
        assert_eq!(Intent::Rebuild(RowRef::default()).claim(), None);
    }
}
