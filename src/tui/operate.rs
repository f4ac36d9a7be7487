//! Planning, confirming, carrying out and undoing on the screen. Nothing is carried out but a plan that is shown, by a key
//! of its own, in production by a typed word. It must not know how any operation works.

use super::app::{App, Content};
use super::msg::Effect;
use super::operation::{Keys, Operation, Stage, ending};
use super::overlay::{Confirm, Field, Overlay};
use super::slot::Ticket;
use super::{claim, key, layout, offers, wording};
use crate::model::action::Action;
use crate::model::deck::Opens;
use crate::model::operation::{Ending, HANDED_OVER, Intent, Plan, Receipt, Undo};
use crate::model::width::shortened;
use crate::model::{Fault, Outcome, PaneRef, sanitise};

/// What the hint of the confirming key says where nothing may be changed.
pub const READ_ONLY: &str = "READ-ONLY: how to carry it out";

impl App {
    /// Shows the plan of an intent: as a new place, or instead of the plan on the screen.
    pub(super) fn plan(&mut self, intent: Intent) -> Vec<Effect> {
        let shown = self.place().map(|place| place.id).filter(|_| self.operation().is_some_and(Operation::is_open));
        if let Some(operation) = shown.and_then(|id| self.operation_by_id(id)) {
            operation.intent = intent;
            operation.hold();
            return shown.map_or_else(Vec::new, |id| self.ask_plan(id));
        }
        let origin = self.origin();
        let mut effects = self.leave();
        let keys = Keys { otherwise: self.key_of(Action::Actions), copies: self.key_of(Action::CopyCell) };
        let operation = Operation { origin, keys, ..Operation::new(intent) };
        let id = self.push(Content::Operation(Box::new(operation)));
        effects.extend(self.ask_plan(id));
        effects
    }

    /// Goes to the whole pane of the part under a record's cursor; elsewhere does what its pane opens a row for.
    pub(super) fn open_in_record(&mut self) -> Vec<Effect> {
        let (width, _) = layout::record_room(self);
        let Some(Content::Record(record)) = self.place().map(|place| &place.content) else {
            return Vec::new();
        };
        if let Some((pane, filter)) = record.part(width).map(|part| (part.pane.clone(), part.filter.clone())) {
            return self.go_to_filtered(pane, filter);
        }
        let Some(name) = self.planned_by(&record.pane) else {
            return Vec::new();
        };
        match offers::on_row(self, &name) {
            Ok(intent) => self.plan(intent),
            Err(reason) => {
                self.say(format!("no {name} here: {reason}"));
                Vec::new()
            }
        }
    }

    /// The operation that opening a row of this pane plans.
    pub fn planned_by(&self, pane: &PaneRef) -> Option<String> {
        match &self.survey.value()?.entry(pane)?.opens {
            Opens::Plan(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// Plans undoing the receipt on the screen, or the newest operation of this database.
    pub(super) fn undo(&mut self) -> Vec<Effect> {
        match self.operation().map_or(Ok(None), |operation| operation.undoable().map(Some)) {
            Ok(id) => self.plan(Intent::Undo(Undo { id, ..Undo::default() })),
            Err(reason) => {
                self.say(reason);
                Vec::new()
            }
        }
    }

    /// The key that carries out: asks for the word where one is wanted, else begins.
    pub(super) fn carry_out(&mut self) -> Vec<Effect> {
        let Some(id) = self.place().map(|place| place.id) else {
            return Vec::new();
        };
        let plan = match self.operation().map(|operation| &operation.stage) {
            Some(Stage::Planned(plan)) => plan.clone(),
            Some(stage) => {
                let reason = not_yet(stage);
                self.say(reason);
                return Vec::new();
            }
            None => {
                let key =
                    self.keymap.keys(Action::Actions).first().map_or(String::new(), |key| format!("; {key} makes one"));
                self.say(format!("there is no plan here to carry out{key}"));
                return Vec::new();
            }
        };
        if plan.is_handed_over() {
            let copies = self.key_of(Action::CopyCell);
            self.say(format!("handed over, not run: {copies} copies the INSERT"));
            return Vec::new();
        }
        if let Some(reason) = &plan.refused {
            let text = self.refusal(reason);
            self.complain(text);
            return Vec::new();
        }
        if !self.around.write {
            return self.offer_reopening();
        }
        match self.operation().and_then(claim::asked) {
            Some(said) => self.ask_claim(id, said),
            None => self.confirm(id, &plan),
        }
    }

    /// Why the plan on the screen is refused, in one line, and that it can be planned otherwise where it can.
    fn refusal(&self, reason: &str) -> String {
        let ways = match self.operation().is_some_and(|operation| !offers::other_ways(operation).is_empty()) {
            true => format!("; {} offers other ways", self.key_of(Action::Actions)),
            false => String::new(),
        };
        let room = usize::from(self.size.0).saturating_sub("refused:   ".len() + ways.len());
        format!("refused: {}{ways}", shortened(&sanitise::line(wording::briefly(reason)), room))
    }

    /// The first key of an action, as it is shown.
    fn key_of(&self, action: Action) -> String {
        self.keymap.keys(action).first().map(|name| key::shown(name).to_string()).unwrap_or_default()
    }

    /// Asks for the word where one is wanted, else begins.
    pub(super) fn confirm(&mut self, id: u64, plan: &Plan) -> Vec<Effect> {
        match self.asked_word(plan) {
            Some((what, word)) => {
                let confirm = Confirm { place: id, what, word, field: Field::new("") };
                self.overlay = Some(Overlay::Confirm(Box::new(confirm)));
                Vec::new()
            }
            None => self.ask_perform(id),
        }
    }

    /// What has to be typed before this plan is carried out: what it is, and the word.
    fn asked_word(&self, plan: &Plan) -> Option<(String, String)> {
        if plan.typed.is_some() {
            return plan.typed.clone();
        }
        let is_production = self.around.environment.as_deref() == Some("production");
        let database = self.survey.value().map(|survey| survey.facts.database.clone()).unwrap_or_default();
        is_production.then(|| ("the name of the production database".to_owned(), database))
    }

    /// The word was typed: right, it begins; wrong, nothing happens and the input stays.
    pub(super) fn confirmed(&mut self, confirm: Box<Confirm>) -> Vec<Effect> {
        // Nothing typed is never the word, not even where the word is not known.
        if !confirm.word.is_empty() && confirm.field.text().trim() == confirm.word {
            return self.ask_perform(confirm.place);
        }
        let text = format!("that is not {}: nothing has been changed", confirm.word);
        self.overlay = Some(Overlay::Confirm(confirm));
        self.complain(text);
        Vec::new()
    }

    /// Back from an operation: what can be stopped is stopped, what has begun is finished, a plan is forgotten.
    pub(super) fn back_from_operation(&mut self) -> Vec<Effect> {
        match self.operation().map(|operation| &operation.stage) {
            Some(Stage::Performing { ticket, plan, .. }) => {
                let (ticket, name) = (*ticket, plan.operation.clone());
                if plan.can_be_stopped() {
                    self.say(format!("stopping the {name} …"));
                    return vec![Effect::Cancel(ticket)];
                }
                self.say(format!("the {name} has begun: it is finished first"));
                Vec::new()
            }
            Some(Stage::Ended(_) | Stage::Failed { .. }) => self.walk(-1),
            _ => self.forget_place(),
        }
    }

    /// `r` on an operation: another plan, unless it has begun or is done.
    pub(super) fn plan_again(&mut self, id: u64) -> Vec<Effect> {
        match self.operation().map(|operation| &operation.stage) {
            Some(Stage::Performing { .. }) => self.say("it has begun: it is finished first"),
            Some(Stage::Ended(receipt)) if receipt.ending != Ending::RolledBack => {
                let text = format!("the {} is {}", receipt.operation, ending(receipt.ending));
                self.say(text);
            }
            _ => return self.ask_plan(id),
        }
        Vec::new()
    }

    /// Rows or statements of the operation on the screen.
    pub(super) fn turn_sql(&mut self) {
        let has_sql = self.operation().is_some_and(|operation| !operation.sql().is_empty());
        if !has_sql {
            return self.say("there is no SQL to show");
        }
        if let Some(Content::Operation(operation)) = self.place_mut().map(|place| &mut place.content) {
            operation.turn_sql();
        }
    }

    /// The statements with what they are about, ready to be handed to somebody who may run them.
    pub(super) fn sql_text(&self) -> Option<String> {
        let operation = self.operation().filter(|operation| !operation.sql().is_empty())?;
        let (verb, refused) = match &operation.stage {
            Stage::Planned(plan) | Stage::Failed { plan, .. } | Stage::Performing { plan, .. } => {
                ("planned by pgdeck", plan.refused.clone())
            }
            _ => ("carried out by pgdeck", None),
        };
        let mut lines =
            vec![format!("-- {}, {verb} on {}", operation.intent.name(), sanitise::line(&self.around.label))];
        if let Stage::Ended(receipt) = &operation.stage {
            lines.extend(asked_by(receipt));
        }
        lines.extend(refused.map(|reason| match reason == HANDED_OVER {
            true => "-- handed over, not run: the values are those of the audit trail".to_owned(),
            false => format!("-- refused: {}", sanitise::line(&reason)),
        }));
        lines.extend(operation.sql().iter().map(|statement| wording::ended(statement)));
        Some(lines.join("\n") + "\n")
    }

    /// Moves over the rows of the plan on the screen, or through the lines of another operation.
    pub(super) fn scroll_operation(&mut self, by: isize) {
        let (width, height) = layout::record_room(self);
        if let Some(Content::Operation(operation)) = self.place_mut().map(|place| &mut place.content) {
            operation.measure(width.saturating_sub(2));
            operation.move_by(by, height);
        }
    }

    /// The receipt on the screen as a paragraph, where one is shown.
    pub(super) fn receipt_text(&self) -> Option<String> {
        match self.operation().filter(|operation| !operation.shows_sql).map(|operation| &operation.stage) {
            Some(Stage::Ended(receipt)) => Some(crate::report::paragraph(receipt)),
            _ => None,
        }
    }

    /// A plan came, or why there is none.
    pub(super) fn planned(&mut self, id: u64, ticket: Ticket, result: Result<Outcome, Fault>) -> Vec<Effect> {
        let result = match result {
            Ok(Outcome::Plan(plan)) => Ok(plan),
            Ok(_) => return Vec::new(),
            Err(fault) => Err(fault),
        };
        let (width, height) = layout::record_room(self);
        if let Some(operation) = self.operation_by_id(id)
            && operation.take_plan(ticket, result)
        {
            operation.find_held(width.saturating_sub(2), height);
        }
        Vec::new()
    }

    /// An operation has ended. Every row may be another now; those on the screen are read again at once.
    pub(super) fn performed(&mut self, id: u64, ticket: Ticket, result: Result<Outcome, Fault>) -> Vec<Effect> {
        let result = match result {
            Ok(Outcome::Receipt(receipt)) => Ok(receipt),
            Ok(_) => return Vec::new(),
            Err(fault) => Err(fault),
        };
        for place in &mut self.history {
            match &mut place.content {
                Content::List(list) => list.is_stale = true,
                Content::Record(record) => record.is_stale = true,
                Content::Operation(_) | Content::Missing { .. } => {}
            }
        }
        let is_here = self.place().is_some_and(|place| place.id == id);
        let elsewhere = if is_here { "" } else { "; its receipt is in the history" };
        match &result {
            Ok(receipt) => {
                let text = format!("{}: {}{elsewhere}", receipt.operation, ending(receipt.ending));
                match receipt.ending {
                    Ending::Done if is_here => self.notice = None,
                    Ending::Done => self.say(text),
                    Ending::RolledBack | Ending::InDoubt => self.complain(text),
                }
            }
            Err(fault) => self.complain(format!("{}{elsewhere}", fault.message)),
        }
        if let Some(operation) = self.operation_by_id(id) {
            operation.take_receipt(ticket, result);
        }
        self.read_if_stale()
    }

    /// Reads the rows on the screen again where an operation may have changed them.
    pub(super) fn read_if_stale(&mut self) -> Vec<Effect> {
        match self.place().map(|place| (place.id, &place.content)) {
            Some((id, Content::List(list))) if list.is_stale && list.slot.value().is_some() => self.ask_page(id, None),
            Some((id, Content::Record(record))) if record.is_stale => self.ask_record(id),
            _ => Vec::new(),
        }
    }
}

/// Who asked and why, as a comment: the statements are those of the plan, which came before the question.
fn asked_by(receipt: &Receipt) -> Option<String> {
    let actor = receipt.actor.as_ref().map(|actor| format!("asked for by {actor} (as claimed)"));
    let reason = receipt.reason.as_ref().map(|reason| format!("because \"{reason}\""));
    let said: Vec<String> = [actor, reason].into_iter().flatten().collect();
    (!said.is_empty()).then(|| format!("-- {}", sanitise::line(&said.join(", "))))
}

pub(super) fn not_yet(stage: &Stage) -> &'static str {
    match stage {
        Stage::Unplanned | Stage::Planning { .. } => "the plan has not come yet",
        Stage::NoPlan(_) => "there is no plan to carry out",
        Stage::Performing { .. } => "it has begun already",
        Stage::Ended(_) => "it has been carried out",
        Stage::Failed { .. } => "it has been tried; plan it again first",
        Stage::Planned(_) => "",
    }
}
