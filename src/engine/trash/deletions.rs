//! The list of deletions: their time, their tenant, and the row itself where nothing tells when it fell. One branch a table reads
//! its index in order; each deletion comes once, and a condition on its time reaches every branch.

use super::COUNTED;
use super::fallen::{Fallen, UNTIMED};

const ORDER: &str = "at DESC, place DESC, tenant DESC, rank DESC, key DESC";

/// `at, place, tenant, rank, key` of every deletion; the last two are those of rows of unknown time.
pub(super) fn list(listed: &[Fallen<'_>]) -> String {
    let branches: Vec<String> = listed.iter().flat_map(|fallen| [timed(fallen), untimed(fallen)]).flatten().collect();
    format!(
        "  SELECT DISTINCT ON (u.at, u.place, u.tenant, u.rank, u.key) u.at, u.place, u.tenant, u.rank, u.key\n  FROM (\n    {}\n  ) AS u\n  \
         ORDER BY u.at DESC, u.place DESC, u.tenant DESC, u.rank DESC, u.key DESC",
        branches.join("\n    UNION ALL\n    ")
    )
}

fn timed(fallen: &Fallen<'_>) -> Option<String> {
    let (at, tenant) = (fallen.at("c")?, fallen.tenant("c"));
    let known = if fallen.is_timed() { String::new() } else { format!(" AND {at} IS NOT NULL") };
    let place = if fallen.table.spec.tenant.is_some() {
        format!("coalesce({tenant}::text, '')")
    } else {
        "''::text".to_owned()
    };
    Some(format!(
        "(SELECT {at} AS at, {place} COLLATE \"C\" AS place, {tenant} AS tenant, NULL::integer AS rank, NULL::text AS key \
         FROM {} AS c WHERE {}{known} ORDER BY {ORDER})",
        fallen.table.quoted(),
        fallen.table.is_deleted("c"),
    ))
}

/// Rows whose time nobody knows fell each for itself; of very many only some are listed.
fn untimed(fallen: &Fallen<'_>) -> Option<String> {
    let unknown = match fallen.at("c") {
        Some(_) if fallen.is_timed() => return None,
        Some(at) => format!(" AND {at} IS NULL"),
        None => String::new(),
    };
    let (key, tenant) = (fallen.key("c"), fallen.tenant("c"));
    Some(format!(
        "(SELECT {UNTIMED} AS at, (coalesce({tenant}::text, '') || ' ' || {key}) COLLATE \"C\" AS place, {tenant} AS tenant, \
         {} AS rank, {key} AS key FROM {} AS c WHERE {}{unknown} LIMIT {COUNTED})",
        fallen.rank,
        fallen.table.quoted(),
        fallen.table.is_deleted("c"),
    ))
}
