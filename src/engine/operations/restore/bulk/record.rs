//! What the audit table is told of rows that are moved by the thousand: one entry a part and tenant, in which rows that had the
//! same marks share them. It must not know how the rows are moved.

use super::super::asking::Asking;
use super::super::audit::{self, Said};
use super::super::ground::{Ground, Table};
use super::mover::Batch;
use crate::engine::journal::Values;
use crate::model::Fault;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Writes the entries of a batch; false where the system has no word for it.
pub(super) async fn write(
    ground: &Ground,
    batch: &Batch<'_>,
    said: &Said,
    revives: bool,
    asking: &Asking<'_>,
) -> Result<bool, Fault> {
    if ground.system.audit.is_none() || batch.table.spec.audit.is_none() {
        return Ok(false);
    }
    let mut tenants: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (place, row) in batch.rows.iter().enumerate() {
        tenants.entry(row.tenant.as_deref()).or_default().push(place);
    }
    let mut entries = Vec::new();
    for (tenant, places) in tenants {
        let told = audit::Told {
            first: &batch.rows[places[0]],
            rows: places.len(),
            tenant: tenant.map(str::to_owned),
            before: before(&batch.table, batch, &places),
            after: after(&batch.table, batch),
        };
        entries.extend(audit::compose(ground, &told, said, revives));
    }
    audit::write(ground, &entries, asking).await?;
    Ok(!entries.is_empty())
}

/// `{"crm.notes": [{"id": [every key], "deleted_at": what they share}]}`.
fn before(table: &Table<'_>, batch: &Batch<'_>, places: &[usize]) -> Value {
    let mut alike: BTreeMap<Vec<Option<&str>>, Vec<usize>> = BTreeMap::new();
    for place in places {
        let marks = batch.rows[*place].marks.iter().map(|(_, value)| value.as_deref()).collect();
        alike.entry(marks).or_default().push(*place);
    }
    let told = |(marks, places): (Vec<Option<&str>>, Vec<usize>)| {
        let keys = table.spec.key.iter().enumerate().map(|(at, name)| {
            let values: Vec<&str> =
                places.iter().map(|place| batch.rows[*place].key.get(at).map_or("", String::as_str)).collect();
            (name.clone(), Value::from(values))
        });
        let names = table.deleted.columns().into_iter();
        let marks = names.zip(marks).map(|(name, value)| (name.to_owned(), Value::from(value)));
        Value::Object(keys.chain(marks).collect())
    };
    listed(table, alike.into_iter().map(told).collect())
}

/// What all of them became; where they differ, that they did.
fn after(table: &Table<'_>, batch: &Batch<'_>) -> Value {
    let shared = batch.to.iter().filter_map(|(name, values)| match values {
        Values::All(value) => Some((name.clone(), Value::from(value.clone()))),
        Values::Each(_) => None,
    });
    listed(table, vec![Value::Object(shared.collect())])
}

fn listed(table: &Table<'_>, rows: Vec<Value>) -> Value {
    Value::Object(Map::from_iter([(table.shown(), Value::Array(rows))]))
}
