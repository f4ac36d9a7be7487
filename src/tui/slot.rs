//! A place for an answer that may be on its way. The latest ticket wins; what was there before stays
//! visible until the new answer is.

use crate::model::Fault;
use crate::model::request::Progress;

/// The number of one asked request; later requests have higher numbers.
pub type Ticket = u64;

/// What is known of one answer.
#[derive(Clone, Debug, Default)]
pub enum Slot<T> {
    #[default]
    Empty,
    Loading {
        ticket: Ticket,
        old: Option<T>,
        stage: Option<Progress>,
    },
    Ready(T),
    Failed {
        fault: Fault,
        old: Option<T>,
    },
}

impl<T> Slot<T> {
    /// The answer to show: the current one, or the one before while another is on its way.
    pub fn value(&self) -> Option<&T> {
        match self {
            Slot::Empty => None,
            Slot::Ready(value) => Some(value),
            Slot::Loading { old, .. } | Slot::Failed { old, .. } => old.as_ref(),
        }
    }

    /// The answer to change in place.
    pub fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            Slot::Empty => None,
            Slot::Ready(value) => Some(value),
            Slot::Loading { old, .. } | Slot::Failed { old, .. } => old.as_mut(),
        }
    }

    /// The ticket of the request on its way.
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Slot::Loading { ticket, .. } => Some(*ticket),
            _ => None,
        }
    }

    /// Waits for another answer. Returns the ticket whose answer is not wanted any more.
    pub fn wait(&mut self, ticket: Ticket) -> Option<Ticket> {
        let before = self.ticket();
        let old = std::mem::take(self).into_value();
        *self = Slot::Loading { ticket, old, stage: None };
        before
    }

    /// Takes an answer if it is the one waited for; says whether it was.
    pub fn settle(&mut self, ticket: Ticket, result: Result<T, Fault>) -> bool {
        if self.ticket() != Some(ticket) {
            return false;
        }
        let old = std::mem::take(self).into_value();
        *self = match result {
            Ok(value) => Slot::Ready(value),
            Err(fault) => Slot::Failed { fault, old },
        };
        true
    }

    /// Stops waiting and goes back to what was there. Returns the ticket to cancel.
    pub fn give_up(&mut self) -> Option<Ticket> {
        let ticket = self.ticket()?;
        *self = match std::mem::take(self).into_value() {
            Some(value) => Slot::Ready(value),
            None => Slot::Empty,
        };
        Some(ticket)
    }

    /// Takes what was there before a fault as good again.
    pub fn recover(&mut self) {
        if let Slot::Failed { old, .. } = self
            && let Some(value) = old.take()
        {
            *self = Slot::Ready(value);
        }
    }

    /// Notes how far the request on its way has come.
    pub fn progress(&mut self, ticket: Ticket, progress: Progress) {
        if let Slot::Loading { ticket: own, stage, .. } = self
            && *own == ticket
        {
            *stage = Some(progress);
        }
    }

    fn into_value(self) -> Option<T> {
        match self {
            Slot::Empty => None,
            Slot::Ready(value) => Some(value),
            Slot::Loading { old, .. } | Slot::Failed { old, .. } => old,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_answer_is_dropped() {
        let mut slot = Slot::Ready(1);
        assert_eq!(slot.wait(7), None);
        assert_eq!(slot.wait(8), Some(7));
        assert!(!slot.settle(7, Ok(2)));
        assert_eq!(slot.value(), Some(&1));
        assert!(slot.settle(8, Ok(3)));
        assert_eq!(slot.value(), Some(&3));
    }

    #[test]
    fn a_failure_keeps_what_was_there() {
        let mut slot = Slot::Ready(1);
        slot.wait(1);
        slot.settle(1, Err(Fault::query("gone")));
        assert_eq!(slot.value(), Some(&1));
        assert!(matches!(slot, Slot::Failed { .. }));
    }

    #[test]
    fn giving_up_returns_to_the_old_answer() {
        let mut slot = Slot::Ready(1);
        slot.wait(1);
        assert_eq!(slot.give_up(), Some(1));
        assert!(matches!(slot, Slot::Ready(1)));
        assert_eq!(slot.give_up(), None);
    }
}
