//! What lies over a place and takes the keys: an input with or without a list to choose from, and the help.

use super::claim::Form;
use super::offers::Offer;
use super::slot::Ticket;
use crate::model::action::{ACTIONS, Action};
use crate::model::deck::Tenant;
use crate::model::{Fault, PaneRef, sanitise};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use tui_textarea::TextArea;

/// A one-line input.
#[derive(Clone, Debug)]
pub struct Field {
    pub area: TextArea<'static>,
}

impl Field {
    /// An input with this text and the cursor behind it.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::default();
        area.insert_str(single_line(text));
        Self { area }
    }

    /// The text typed so far.
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// Types a whole text, such as a paste, as one line.
    pub fn paste(&mut self, text: &str) {
        self.area.insert_str(single_line(text));
    }
}

/// One line in which every character can be seen.
fn single_line(text: &str) -> String {
    sanitise::line(&text.replace(['\r', '\n', '\t'], " ")).into_owned()
}

/// What choosing an entry of the palette does.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Pane(PaneRef),
    /// A tab that no pane stands behind here.
    Missing(String),
    Action(Action),
}

/// One line to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice<T> {
    /// What is matched and shown; raw, the view sanitises it.
    pub label: String,
    pub note: String,
    /// It cannot be had here; the note says why.
    pub is_off: bool,
    pub target: T,
}

/// An input over a list of choices.
#[derive(Clone, Debug)]
pub struct Picker<T> {
    pub field: Field,
    pub choices: Vec<Choice<T>>,
    /// Positions of the choices that match, best first.
    pub found: Vec<usize>,
    pub selected: usize,
    /// The answer that will bring more choices.
    pub ticket: Option<Ticket>,
    /// There are more choices than could be offered, so that each text has to be asked for.
    pub is_cut: bool,
}

impl<T> Picker<T> {
    /// A picker over these choices.
    pub fn new(text: &str, choices: Vec<Choice<T>>) -> Self {
        let mut picker =
            Self { field: Field::new(text), choices, found: Vec::new(), selected: 0, ticket: None, is_cut: false };
        picker.match_again();
        picker
    }

    /// Matches the choices against the text typed.
    pub fn match_again(&mut self) {
        let text = self.field.text().trim().to_owned();
        self.selected = 0;
        if text.is_empty() {
            self.found = (0..self.choices.len()).collect();
            return;
        }
        let pattern = Pattern::parse(&text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (at, choice) in self.choices.iter().enumerate() {
            let line = format!("{} {}", choice.label, choice.note);
            let haystack = nucleo_matcher::Utf32Str::new(&line, &mut buffer);
            if let Some(score) = pattern.score(haystack, &mut matcher) {
                let exact = choice.label.eq_ignore_ascii_case(&text);
                scored.push((if exact { u32::MAX } else { score }, at));
            }
        }
        scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        self.found = scored.into_iter().map(|(_, at)| at).collect();
    }

    /// The choice under the cursor.
    pub fn current(&self) -> Option<&Choice<T>> {
        self.found.get(self.selected).and_then(|at| self.choices.get(*at))
    }

    /// Moves the cursor, stopping at the ends.
    pub fn move_by(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.found.len().saturating_sub(1));
    }
}

/// A word that has to be typed before a plan is carried out.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// The place of the plan.
    pub place: u64,
    /// What the word is, for a person.
    pub what: String,
    pub word: String,
    pub field: Field,
}

/// What takes the keys at the moment.
#[derive(Clone, Debug)]
pub enum Overlay {
    Filter {
        field: Field,
        fault: Option<Fault>,
    },
    Palette(Picker<Target>),
    Tenants(Picker<Tenant>),
    Help(Picker<Action>),
    Actions(Picker<Offer>),
    Confirm(Box<Confirm>),
    Claim(Box<Form>),
    /// The command that opens the console again where it is, with writes allowed.
    Reopen(String),
}

/// The help as a searchable list: every action with its keys and meaning.
pub fn help(keys: impl Fn(Action) -> String) -> Overlay {
    let choice = |spec: &crate::model::action::ActionSpec| Choice {
        label: keys(spec.action),
        note: spec.doc.to_owned(),
        is_off: false,
        target: spec.action,
    };
    Overlay::Help(Picker::new("", ACTIONS.iter().map(choice).collect()))
}

/// The choices a list of tenants makes.
/// Those of the system at work first; where there are several systems each says whose it is.
pub fn tenant_choices(mut tenants: Vec<Tenant>, at_work: Option<&str>) -> Vec<Choice<Tenant>> {
    tenants.sort_by_key(|tenant| Some(tenant.source.system.as_str()) != at_work);
    let several = tenants.iter().any(|tenant| tenant.source != tenants[0].source);
    let choice = |tenant: Tenant| {
        let whose = several.then(|| tenant.source.to_string());
        let parts = [whose, tenant.slug.clone(), Some(tenant.key.clone())];
        Choice {
            label: tenant.label.clone(),
            note: parts.into_iter().flatten().collect::<Vec<_>>().join("  "),
            is_off: false,
            target: tenant,
        }
    };
    tenants.into_iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_label_comes_first() {
        let choice = |label: &str| Choice { label: label.into(), note: String::new(), is_off: false, target: () };
        let mut picker = Picker::new("", vec![choice("Northwind Traders"), choice("Northwind"), choice("Acme")]);
        picker.field.paste("northwind");
        picker.match_again();
        assert_eq!(picker.current().unwrap().label, "Northwind");
        assert_eq!(picker.found.len(), 2);
        picker.move_by(5);
        assert_eq!(picker.selected, 1);
    }

    #[test]
    fn a_paste_is_one_line() {
        assert_eq!(Field::new("a\nb\tc").text(), "a b c");
    }
}
