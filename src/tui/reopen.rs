//! The command that opens the console again where a plan was asked for, with writes allowed: its pane, scope, filter and row.
//! And the way back in: the record of the row that was named. It must not know how anything is read.

use super::app::{App, Content};
use super::find;
use super::layout;
use super::msg::Effect;
use super::overlay::Overlay;
use super::part::Part;
use super::record::Record;
use super::slot::Slot;
use crate::model::claim::{key_object, read_key};
use crate::model::table::Key;
use crate::model::{Fault, PaneRef, shell};

/// Where a plan was asked for from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    pub pane: PaneRef,
    pub filter: String,
    /// The key of the row, as a JSON object.
    pub row: Option<String>,
}

impl App {
    /// Where the person is, for a plan that is asked for here.
    pub(super) fn origin(&self) -> Option<Origin> {
        let filter_of = |pane: &PaneRef| {
            let lists = self.history.iter().take(self.at + 1).rev().filter_map(|place| match &place.content {
                Content::List(list) if list.pane == *pane => Some(list.filter.text.clone()),
                _ => None,
            });
            lists.into_iter().next().unwrap_or_default()
        };
        let of = |pane: &PaneRef, row| Some(Origin { pane: pane.clone(), filter: filter_of(pane), row });
        match &self.place()?.content {
            Content::List(list) if list.find.is_some() => find::origin(list),
            Content::List(list) => {
                let row = list.window().zip(list.current()).and_then(|(window, row)| named(&window.identity, &row.key));
                of(&list.pane, row)
            }
            Content::Record(record) => {
                let row = record.slot.value().and_then(|table| named(&table.identity, &record.key));
                of(&record.pane, row)
            }
            Content::Operation(operation) => operation.origin.clone(),
            Content::Missing { .. } => None,
        }
    }

    /// The command line that opens the console here again, and allows writes.
    pub(super) fn reopening(&self) -> String {
        let mut words: Vec<String> = self.around.again.clone();
        if words.is_empty() {
            words.push("pgdeck".to_owned());
        }
        let scope = self.scope.as_ref().map(|tenant| tenant.key.clone());
        let origin = self.origin();
        let filter = origin.as_ref().map(|origin| origin.filter.clone()).filter(|filter| !filter.is_empty());
        let row = origin.as_ref().and_then(|origin| origin.row.clone());
        let pane = origin.map(|origin| origin.pane.to_string());
        for (flag, value) in [("--tenant", scope), ("--pane", pane), ("--filter", filter), ("--row", row)] {
            match value {
                Some(value) if value.starts_with('-') => words.push(format!("{flag}={value}")),
                Some(value) => words.extend([flag.to_owned(), value]),
                None => {}
            }
        }
        words.push("--write".to_owned());
        shell::line(words)
    }

    /// Nothing may be changed here: shows the command with which it may, and keeps it for the end of the program.
    pub(super) fn offer_reopening(&mut self) -> Vec<Effect> {
        let command = self.reopening();
        self.reopen = Some(command.clone());
        self.overlay = Some(Overlay::Reopen(command));
        Vec::new()
    }

    /// Opens the record of the row the command line named, above the list that has come.
    pub(super) fn open_named_row(&mut self, text: &str) -> Vec<Effect> {
        let height = layout::list_height(self);
        let Some((pane, title, window)) =
            self.list().and_then(|list| Some((list.pane.clone(), list.title.clone(), list.window()?)))
        else {
            return Vec::new();
        };
        let key = match key_of(&window.identity, text) {
            Ok(key) => key,
            Err(fault) => {
                self.complain(fault.message);
                return Vec::new();
            }
        };
        if let Some(at) = window.find(&key) {
            if let Some(list) = self.list_mut() {
                list.row = at;
                list.settle(height);
            }
            return self.open_record();
        }
        let record = Record {
            pane,
            title,
            key,
            find: None,
            slot: Slot::Empty,
            parts: Vec::new(),
            is_stale: false,
            line: 0,
            top: 0,
        };
        let id = self.push(Content::Record(Box::new(record)));
        self.ask_record(id)
    }
}

/// What belongs to a record that was opened without its list is known once its row is.
pub(super) fn late_parts(app: &mut App, id: u64) -> Vec<Effect> {
    let Some(survey) = app.survey.value().cloned() else {
        return Vec::new();
    };
    let Some(record) = app.record_by_id(id).filter(|record| record.parts.is_empty()) else {
        return Vec::new();
    };
    let (Some(entry), Some(table)) = (survey.entry(&record.pane), record.slot.value()) else {
        return Vec::new();
    };
    let value = |name: &str| {
        let at = table.columns.iter().position(|column| column.name == name)?;
        table.rows.first()?.cells.get(at)?.text().map(str::to_owned)
    };
    record.parts = entry.parts.iter().filter_map(|spec| Part::of(spec, &entry.pane, &survey, value)).collect();
    app.ask_parts(id)
}

/// A row's key with its columns.
fn named(identity: &[String], key: &Key) -> Option<String> {
    let is_whole = !key.is_empty() && identity.len() == key.len();
    is_whole.then(|| key_object(&identity.iter().cloned().zip(key.iter().cloned()).collect::<Vec<_>>()))
}

/// The key a text names: a JSON object, or the bare value of a one-column key.
fn key_of(identity: &[String], text: &str) -> Result<Key, Fault> {
    if identity.is_empty() {
        return Err(Fault::usage("--row: the rows of this pane have no key"));
    }
    let given = read_key(text);
    if let Some(given) = &given {
        let value = |name: &String| given.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        let key: Option<Key> = identity.iter().map(value).collect();
        if let Some(key) = key.filter(|_| given.len() == identity.len()) {
            return Ok(key);
        }
    }
    match identity {
        [_] if given.is_none() => Ok(vec![Some(text.to_owned())]),
        _ => Err(Fault::usage(format!(
            "--row {text} is no key of this pane: it has the columns {}",
            identity.join(", ")
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_an_object_or_a_bare_value() {
        let two = ["user_id".to_owned(), "org_id".to_owned()];
        let text = |key: &[&str]| Some(key.iter().map(|value| Some((*value).to_owned())).collect::<Key>());
        assert_eq!(key_of(&two, "{\"org_id\":\"2\",\"user_id\":1}").ok(), text(&["1", "2"]));
        assert_eq!(key_of(&two[..1], "7").ok(), text(&["7"]));
        assert_eq!(key_of(&two[..1], "{\"user_id\":\"7\"}").ok(), text(&["7"]));
        for wrong in ["7", "{\"org_id\":1}", "{\"a\":1,\"b\":2}"] {
            assert!(key_of(&two, wrong).unwrap_err().message.contains("user_id, org_id"), "{wrong}");
        }
        assert!(key_of(&[], "7").is_err());
    }
}
