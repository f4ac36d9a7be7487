//! Asking why, and for whom, before a change of rows is carried out. Nothing typed is an answer too.

use super::app::App;
use super::msg::Effect;
use super::operate::not_yet;
use super::operation::{Operation, Stage};
use super::overlay::{Field, Overlay};
use crate::model::claim::Claim;

/// The form: the reason, and who asks.
#[derive(Clone, Debug)]
pub struct Form {
    /// The place of the plan.
    pub place: u64,
    pub reason: Field,
    pub actor: Field,
    /// The keys go to the name of who asks.
    pub is_on_actor: bool,
}

impl Form {
    /// The input the keys go to.
    pub fn field(&mut self) -> &mut Field {
        if self.is_on_actor { &mut self.actor } else { &mut self.reason }
    }

    fn claim(&self) -> Claim {
        let text = |field: &Field| Some(field.text().trim().to_owned()).filter(|text| !text.is_empty());
        Claim { actor: text(&self.actor), reason: text(&self.reason) }
    }
}

impl App {
    /// Asks for the reason, with what was said before; who asks is the person of the settings until another is named.
    pub(super) fn ask_claim(&mut self, id: u64, said: Claim) -> Vec<Effect> {
        let actor = said.actor.or_else(|| self.around.actor.clone()).unwrap_or_default();
        let form = Form {
            place: id,
            reason: Field::new(&said.reason.unwrap_or_default()),
            actor: Field::new(&actor),
            is_on_actor: false,
        };
        self.overlay = Some(Overlay::Claim(Box::new(form)));
        Vec::new()
    }

    /// The form was left: what was typed stands there again the next time.
    pub(super) fn keep_claim(&mut self, form: &Form) {
        if let Some(operation) = self.operation_by_id(form.place) {
            operation.set_claim(form.claim());
        }
    }

    /// The form was answered: goes on to the word where one is wanted, else begins.
    pub(super) fn claimed(&mut self, form: &Form) -> Vec<Effect> {
        let claim = form.claim();
        let stage = match self.operation_by_id(form.place) {
            Some(operation) => {
                operation.set_claim(claim);
                operation.stage.clone()
            }
            None => return Vec::new(),
        };
        match stage {
            Stage::Planned(plan) => self.confirm(form.place, &plan),
            stage => {
                self.say(not_yet(&stage));
                Vec::new()
            }
        }
    }
}

/// What the plan on the screen asks the person; None where it asks nothing.
pub(super) fn asked(operation: &Operation) -> Option<Claim> {
    operation.planned().and_then(|plan| plan.intent.claim())
}
