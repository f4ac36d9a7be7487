//! One operation on the screen, from its plan to its receipt. It must not know how it is planned or carried out.

use super::reopen::Origin;
use super::sheet::Sheet;
use super::slot::Ticket;
use crate::model::Fault;
use crate::model::claim::Claim;
use crate::model::operation::{Ending, Intent, Plan, Receipt, can_be_undone};
use crate::model::request::Progress;

/// How far it has come.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Nothing was asked, or it was stopped before the plan came.
    Unplanned,
    Planning {
        ticket: Ticket,
        progress: Option<Progress>,
        /// The plan before, which stays dimmed until the new one comes.
        old: Option<Box<Plan>>,
    },
    /// No plan could be made.
    NoPlan(Fault),
    /// The plan is shown, and nothing has been changed.
    Planned(Box<Plan>),
    Performing {
        ticket: Ticket,
        plan: Box<Plan>,
        progress: Option<Progress>,
    },
    Ended(Box<Receipt>),
    Failed {
        plan: Box<Plan>,
        fault: Fault,
    },
}

/// The state of an operation's place.
#[derive(Clone, Debug)]
pub struct Operation {
    pub intent: Intent,
    pub stage: Stage,
    /// The statements stand there instead of the rows.
    pub shows_sql: bool,
    /// The first line on the screen.
    pub top: usize,
    /// The row under the cursor.
    pub cursor: usize,
    /// Its lines, once they are made.
    pub sheet: Option<Sheet>,
    /// The row the cursor goes back to in the plan that is asked for, and its line on the screen.
    pub(super) held: Option<Held>,
    /// Where it was asked for from.
    pub origin: Option<Origin>,
    /// The keys its words name.
    pub keys: Keys,
}

/// The keys an operation's words name, as they are shown.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Offers to plan it otherwise.
    pub otherwise: String,
    pub copies: String,
}

impl Default for Keys {
    fn default() -> Self {
        Self { otherwise: "x".to_owned(), copies: "y".to_owned() }
    }
}

/// A row's table and key, and the line of the screen it stood on.
type Held = (String, Vec<(String, Option<String>)>, usize);

impl Operation {
    /// One that has asked nothing yet.
    pub fn new(intent: Intent) -> Self {
        Self {
            intent,
            stage: Stage::Unplanned,
            shows_sql: false,
            top: 0,
            cursor: 0,
            sheet: None,
            held: None,
            origin: None,
            keys: Keys::default(),
        }
    }

    fn enter(&mut self, stage: Stage) -> Stage {
        self.sheet = None;
        std::mem::replace(&mut self.stage, stage)
    }

    /// The plan on the screen, where nothing of it has begun: the one that may be carried out, or the one before it.
    pub fn shown_plan(&self) -> Option<&Plan> {
        match &self.stage {
            Stage::Planned(plan) | Stage::Planning { old: Some(plan), .. } => Some(plan),
            _ => None,
        }
    }

    /// Who asks for the plan on the screen and why, from now on.
    pub fn set_claim(&mut self, claim: Claim) {
        self.intent.set_claim(claim.clone());
        if let Stage::Planned(plan) = &mut self.stage {
            plan.intent.set_claim(claim);
        }
    }

    /// Turns between rows and statements.
    pub fn turn_sql(&mut self) {
        self.shows_sql = !self.shows_sql;
        self.sheet = None;
        (self.top, self.cursor) = (0, 0);
    }

    /// The plan that may be carried out.
    pub fn planned(&self) -> Option<&Plan> {
        match &self.stage {
            Stage::Planned(plan) => Some(plan),
            _ => None,
        }
    }

    /// It can still be planned otherwise: nothing has begun.
    pub fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Unplanned | Stage::NoPlan(_) | Stage::Planned(_) | Stage::Failed { .. })
    }

    /// The statements, of the plan or of what was done.
    pub fn sql(&self) -> &[String] {
        match &self.stage {
            Stage::Planned(plan) | Stage::Performing { plan, .. } | Stage::Failed { plan, .. } => &plan.sql,
            Stage::Ended(receipt) => &receipt.sql,
            Stage::Unplanned | Stage::Planning { .. } | Stage::NoPlan(_) => &[],
        }
    }

    /// What it is and where it stands, in words.
    pub fn title(&self) -> String {
        let name = self.intent.name();
        match &self.stage {
            Stage::Unplanned | Stage::Planning { .. } => format!("{name}: being planned, nothing has been changed"),
            Stage::NoPlan(_) => format!("{name}: no plan, nothing has been changed"),
            Stage::Planned(plan) if plan.is_handed_over() => format!("{name}: handed over, not run"),
            Stage::Planned(_) => format!("{name}: plan, nothing has been changed"),
            Stage::Performing { .. } => format!("{name}: being carried out"),
            Stage::Ended(receipt) => format!("{name}: {}", ending(receipt.ending)),
            Stage::Failed { fault, .. } if fault.kind == crate::model::Kind::InDoubt => {
                format!("{name}: {}", ending(Ending::InDoubt))
            }
            Stage::Failed { .. } => format!("{name}: failed"),
        }
    }

    /// Waits for a plan; the ticket of the one waited for until now.
    pub fn wait(&mut self, ticket: Ticket) -> Option<Ticket> {
        let (before, old) = match self.enter(Stage::Unplanned) {
            Stage::Planned(plan) => (None, Some(plan)),
            Stage::Planning { ticket, old, .. } => (Some(ticket), old),
            _ => (None, None),
        };
        self.stage = Stage::Planning { ticket, progress: None, old };
        before
    }

    /// Does not wait for the plan any more; its ticket.
    pub fn stop_planning(&mut self) -> Option<Ticket> {
        match self.stage {
            Stage::Planning { ticket, .. } => {
                self.enter(Stage::Unplanned);
                Some(ticket)
            }
            _ => None,
        }
    }

    /// Takes the plan, or why there is none; false where it is not waited for.
    pub fn take_plan(&mut self, own: Ticket, result: Result<Plan, Fault>) -> bool {
        let is_awaited = matches!(self.stage, Stage::Planning { ticket, .. } if ticket == own);
        if is_awaited {
            // What is handed over is the SQL.
            self.shows_sql |= matches!(&result, Ok(plan) if plan.is_handed_over());
            self.enter(match result {
                Ok(plan) => Stage::Planned(Box::new(plan)),
                Err(fault) => Stage::NoPlan(fault),
            });
        }
        is_awaited
    }

    /// Lets the plan that is shown go to be carried out; None where none is shown.
    pub fn begin(&mut self, ticket: Ticket) -> Option<Plan> {
        let plan = self.planned().cloned()?;
        self.enter(Stage::Performing { ticket, plan: Box::new(plan.clone()), progress: None });
        self.top = 0;
        Some(plan)
    }

    /// Takes the receipt, or what went wrong; false where it is not waited for.
    pub fn take_receipt(&mut self, own: Ticket, result: Result<Receipt, Fault>) -> bool {
        let plan = match &self.stage {
            Stage::Performing { ticket, plan, .. } if *ticket == own => plan.clone(),
            _ => return false,
        };
        self.shows_sql = false;
        self.top = 0;
        self.enter(match result {
            Ok(receipt) => Stage::Ended(Box::new(receipt)),
            Err(fault) => Stage::Failed { plan, fault },
        });
        true
    }

    /// Notes how far it has come.
    pub fn progress(&mut self, own: Ticket, now: Progress) {
        match &mut self.stage {
            Stage::Planning { ticket, progress, .. } | Stage::Performing { ticket, progress, .. } if *ticket == own => {
                *progress = Some(now);
            }
            _ => {}
        }
    }

    /// The id to undo it by, or why that cannot be.
    pub fn undoable(&self) -> Result<String, String> {
        let name = self.intent.name();
        match &self.stage {
            Stage::Ended(receipt) if receipt.ending != Ending::Done => {
                Err(format!("the {name} is not done, so there is nothing to undo"))
            }
            Stage::Ended(_) if !can_be_undone(name) => Err(format!("{name} cannot be undone")),
            Stage::Ended(receipt) => Ok(receipt.id.clone()),
            Stage::Performing { .. } => Err(format!("the {name} is on its way")),
            _ => Err(format!("the {name} has not been carried out, so there is nothing to undo")),
        }
    }
}

/// How it ended, in words.
pub fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Done => "done",
        Ending::RolledBack => "rolled back",
        Ending::InDoubt => "IN DOUBT",
    }
}
