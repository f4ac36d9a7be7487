//! A pane bound to this database: its declaration, the schemas it runs in, and what is known of its columns.

use crate::catalog::PaneSpec;
use crate::db::Envelope;
use crate::model::table::{Column, SortKey};
use crate::model::{PaneRef, Source};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A pane ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub pane: PaneRef,
    /// The system it belongs to, whose tenants can limit it.
    pub source: Option<Source>,
    pub spec: Arc<PaneSpec>,
    pub envelope: Envelope,
    /// Columns that cannot be NULL: the identity, and what the catalog says of a relation.
    pub not_null: BTreeSet<String>,
    /// What a reader should know about the pane itself.
    pub notes: Vec<String>,
}

impl Bound {
    /// The order to read in: what was asked or the pane's own, closed by the identity in the direction of the last
    /// column, so that no two rows stand at the same place.
    pub fn order(&self, asked: &[SortKey]) -> Vec<SortKey> {
        let mut order = if asked.is_empty() { self.spec.default_sort() } else { asked.to_vec() };
        let descending = order.last().is_some_and(|last| last.descending);
        for column in &self.spec.identity {
            if !order.iter().any(|key| key.column == *column) {
                let column = column.clone();
                order.push(SortKey { column, descending });
            }
        }
        order
    }
}

/// A bound pane with its columns described by the server.
#[derive(Clone)]
pub(super) struct Described {
    pub bound: Arc<Bound>,
    pub columns: Arc<Vec<Column>>,
}

impl Described {
    /// The described column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}
