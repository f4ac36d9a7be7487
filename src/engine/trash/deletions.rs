//! The list of deletions: their time, their tenant, and the row itself where nothing tells when it fell. One branch a table reads
//! its index in order; each deletion comes once, and a condition on its time or tenant reaches every branch.

use super::fallen::{Fallen, UNTIMED};
use super::{COUNTED, Trash};

/// The columns of a deletion: `at`, the `tenant` where the system has some, and in a mixed list the `place`, `rank` and `key`, the
/// last two of which only rows of unknown time have.
pub(super) fn list(trash: &Trash<'_>) -> String {
    let told = columns(trash);
    let order: Vec<String> = told.iter().map(|name| format!("u.{name}")).collect();
    let sorted: Vec<String> = order.iter().map(|name| format!("{name} DESC")).collect();
    let further = if trash.mixed { ", u.rank, u.key" } else { "" };
    let branches: Vec<String> =
        trash.listed.iter().flat_map(|fallen| [timed(trash, fallen), untimed(trash, fallen)]).flatten().collect();
    format!(
        "  SELECT DISTINCT ON ({order}) {order}{further}\n  FROM (\n    {}\n  ) AS u\n  ORDER BY {}",
        branches.join("\n    UNION ALL\n    "),
        sorted.join(", "),
        order = order.join(", "),
    )
}

/// What tells one deletion from another, in the order of the list.
fn columns(trash: &Trash<'_>) -> Vec<&'static str> {
    let tenant = trash.ground.system.tenant.as_ref().map(|_| "tenant");
    [Some("at"), tenant, trash.mixed.then_some("place")].into_iter().flatten().collect()
}

/// What tells deletions of one time apart, as one text that is never NULL.
pub(super) fn place(trash: &Trash<'_>) -> String {
    match (&trash.ground.system.tenant, trash.mixed) {
        (None, false) => "''::text".to_owned(),
        (None, true) => "d.place".to_owned(),
        (Some(_), false) => "coalesce(d.tenant::text, '')".to_owned(),
        (Some(_), true) => "coalesce(d.tenant::text, '') || d.place".to_owned(),
    }
}

fn timed(trash: &Trash<'_>, fallen: &Fallen<'_>) -> Option<String> {
    let at = fallen.at("c")?;
    let known = if fallen.is_timed() { String::new() } else { format!(" AND {at} IS NOT NULL") };
    let mut outputs = vec![format!("{at} AS at")];
    outputs.extend(fallen.tenant_listed().map(|tenant| format!("{tenant} AS tenant")));
    if trash.mixed {
        // No plain constant, as with the tenant.
        let place = format!("CASE WHEN {} IS NULL THEN ' ' ELSE '' END", fallen.first_key("c"));
        outputs.push(format!("({place}) COLLATE \"C\" AS place, NULL::integer AS rank, NULL::text AS key"));
    }
    Some(branch(trash, fallen, &outputs, &known, ""))
}

/// Rows whose time nobody knows fell each for itself; of very many only some are listed.
fn untimed(trash: &Trash<'_>, fallen: &Fallen<'_>) -> Option<String> {
    let unknown = match fallen.at("c") {
        Some(_) if fallen.is_timed() => return None,
        Some(at) => format!(" AND {at} IS NULL"),
        None => String::new(),
    };
    let key = fallen.key("c");
    let mut outputs = vec![format!("{UNTIMED} AS at")];
    outputs.extend(fallen.tenant_listed().map(|tenant| format!("{tenant} AS tenant")));
    outputs
        .push(format!("('{} ' || {key}) COLLATE \"C\" AS place, {} AS rank, {key} AS key", fallen.rank, fallen.rank));
    Some(branch(trash, fallen, &outputs, &unknown, &format!(" LIMIT {COUNTED}")))
}

fn branch(trash: &Trash<'_>, fallen: &Fallen<'_>, outputs: &[String], also: &str, limit: &str) -> String {
    let order: Vec<String> = columns(trash).iter().map(|name| format!("{name} DESC")).collect();
    format!(
        "(SELECT {} FROM {} AS c WHERE {}{also} ORDER BY {}{limit})",
        outputs.join(", "),
        fallen.table.quoted(),
        fallen.table.is_deleted("c"),
        order.join(", "),
    )
}
