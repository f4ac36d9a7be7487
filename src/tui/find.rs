//! Looking for a record: the palette's `find TEXT`, and where what was found leads.

use super::app::App;
use super::input;
use super::list::List;
use super::msg::Effect;
use super::overlay::{Overlay, Picker, Target};
use super::reopen::Origin;
use crate::model::filter::Filter;
use crate::model::operation::{Intent, operation};
use crate::model::pane::PaneName;
use crate::model::request::Find;
use crate::model::{PaneRef, deck::Tenant};

/// The word that begins a search in the palette, which is also its pane.
const WORD: &str = "find";
/// Characters of a pasted text that are kept.
const PASTED: usize = 1000;

/// What a text of the palette looks for; None where it is no search.
pub(super) fn asked(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix(WORD)?;
    let is_word = rest.is_empty() || rest.starts_with(char::is_whitespace);
    is_word.then(|| rest.trim())
}

/// Shows the search alone in a palette that says what to look for: no pane is meant by that.
pub(super) fn steer(picker: &mut Picker<Target>) {
    if asked(picker.field.text()).is_none_or(str::is_empty) {
        return;
    }
    let pane = PaneRef::plain(WORD);
    let is_it = |at: &usize| matches!(&picker.choices[*at].target, Target::Pane(own) if *own == pane);
    picker.found = (0..picker.choices.len()).filter(is_it).collect();
    picker.selected = 0;
}

/// Text pasted where nothing takes it is looked for, once the person says so.
pub(super) fn offer(app: &mut App, text: &str) -> Vec<Effect> {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(PASTED).collect();
    open(app, &line);
    Vec::new()
}

/// The palette with a search begun.
fn open(app: &mut App, text: &str) {
    let mut picker = Picker::new(&format!("{WORD} {text}"), input::palette(app));
    steer(&mut picker);
    app.overlay = Some(Overlay::Palette(picker));
}

impl App {
    /// Looks for what the palette says; without a text it asks for one.
    pub(super) fn find(&mut self, text: &str) -> Vec<Effect> {
        if text.is_empty() {
            open(self, "");
            return Vec::new();
        }
        let find = Find { text: text.to_owned(), scan: false };
        self.go_to_list(PaneRef::plain(WORD), Filter::default(), Some(find))
    }

    /// Where the row of a search under the cursor leads: back from the trash, to what the trail has of it, or to the search
    /// that reads more. None where it is a place of its own.
    pub(super) fn open_found(&mut self) -> Option<Vec<Effect>> {
        let list = self.list().filter(|list| list.find.is_some())?;
        let name = match list.value("state")?.as_str() {
            "deleted" => "restore",
            "erased" => "rebuild",
            "not searched" if list.value("scan").is_some() => return Some(self.scan()),
            _ => return None,
        };
        let scope = self.scope.as_ref().map(Tenant::scope);
        Some(match Intent::of_row(operation(name)?, |column| list.value(column), scope) {
            Ok(intent) => self.plan(intent),
            Err(fault) => {
                self.complain(fault.message);
                Vec::new()
            }
        })
    }

    /// The same search, reading big tables too.
    fn scan(&mut self) -> Vec<Effect> {
        if let Some(find) = self.list_mut().and_then(|list| list.find.as_mut()) {
            find.scan = true;
        }
        match self.place().map(|place| place.id) {
            Some(id) => self.ask_anew(id),
            None => Vec::new(),
        }
    }
}

/// Where the row of a search stands by itself: a command line cannot open a search.
pub(super) fn origin(list: &List) -> Option<Origin> {
    list.find.as_ref()?;
    let PaneName::Relation { schema, name } = PaneName::parse(&list.value("pane")?).ok()? else { return None };
    let pane = PaneRef::Relation { schema, name };
    Some(Origin { pane, filter: list.value("filter").unwrap_or_default(), row: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for() {
        assert_eq!(asked("find ann@acme.example "), Some("ann@acme.example"));
        assert_eq!(asked("find"), Some(""));
        assert_eq!(asked("findings"), None);
        assert_eq!(asked("leads"), None);
    }
}
