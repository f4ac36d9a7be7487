//! Which rows of a group can come back, and why the others cannot. It must not know how a plan looks.

use super::asking::Asking;
use super::clash;
use super::ground::{Ground, Relation};
use super::group::{Fate, Group, Member, downward, upward};
use super::moves::Moves;
use super::rows::Row;
use crate::catalog::system::DeletedKind;
use crate::model::Fault;
use crate::model::operation::{OnConflict, Reach};
use crate::model::request::Scope;

/// Why a row stays that a person unticked.
pub(super) const LEFT_OUT: &str = "left out";

/// What decides about rows.
pub(super) struct Rules<'a> {
    pub scope: Option<&'a Scope>,
    pub reach: Reach,
    pub on_conflict: OnConflict,
    /// Rows that a person leaves deleted, by table and key.
    pub without: &'a [(String, Vec<String>)],
}

/// Decides about every member.
pub(super) async fn judge(
    ground: &Ground,
    group: &mut Group,
    rules: &Rules<'_>,
    asking: &Asking<'_>,
) -> Result<(), Fault> {
    keep_within(ground, group, rules.scope, asking).await?;
    leave_out(group, rules.without)?;
    parents(ground, group, rules, asking).await?;
    clash::mark(ground, group, asking).await?;
    if rules.on_conflict == OnConflict::Skip {
        stay_below(ground, group);
    }
    Ok(())
}

/// Leaves out the rows a person does not want back, and what hangs under them. Fails where one of them is none of these.
fn leave_out(group: &mut Group, rows: &[(String, Vec<String>)]) -> Result<(), Fault> {
    let mut open = Vec::new();
    for (table, key) in rows {
        let place = group.place(table, key).ok_or_else(|| {
            Fault::usage(format!("{table} {} is not among the rows that would come back", key.join(" ")))
                .hint("leave out rows that the plan lists")
        })?;
        group.members[place].fate = Fate::Skip(LEFT_OUT.to_owned());
        open.push(place);
    }
    while let Some(above) = open.pop() {
        for (place, member) in group.members.iter_mut().enumerate() {
            if member.fate == Fate::Back && member.parents.contains(&above) {
                member.fate = Fate::Skip(format!("{LEFT_OUT} with what it hangs under"));
                open.push(place);
            }
        }
    }
    Ok(())
}

/// Leaves out the rows that are not the scope's.
pub(in super::super) async fn keep_within(
    ground: &Ground,
    group: &mut Group,
    scope: Option<&Scope>,
    asking: &Asking<'_>,
) -> Result<(), Fault> {
    let Some(scope) = scope else { return Ok(()) };
    let label = tenants(ground, group, asking).await?;
    for member in &mut group.members {
        outside(ground, member, scope, &label);
    }
    Ok(())
}

/// Leaves out a row that is not the scope's.
fn outside(ground: &Ground, member: &mut Member, scope: &Scope, label: &[(String, String)]) {
    let why = match &member.row.tenant {
        Some(tenant) if *tenant == scope.key && ground.source == scope.source => return,
        Some(tenant) => {
            let known = label.iter().find(|(key, _)| key == tenant).map(|(_, label)| format!("{label} ({tenant})"));
            format!("it belongs to tenant {}", known.unwrap_or_else(|| tenant.clone()))
        }
        None => "it belongs to no tenant".to_owned(),
    };
    member.fate = Fate::Skip(why);
}

/// The tenants of the group with their names. One that may not be read is called by its key.
async fn tenants(ground: &Ground, group: &Group, asking: &Asking<'_>) -> Result<Vec<(String, String)>, Fault> {
    let Some((tenant, label)) = ground.system.tenant.as_ref().and_then(|spec| Some((spec, spec.label.as_ref()?)))
    else {
        return Ok(Vec::new());
    };
    let mut keys: Vec<&str> = group.members.iter().filter_map(|member| member.row.tenant.as_deref()).collect();
    keys.sort_unstable();
    keys.dedup();
    let sql = ground.tenant_labels(tenant, label);
    match asking.rows(&sql, &[Some(serde_json::Value::from(keys).to_string())]).await {
        Ok(rows) => {
            Ok(rows.into_iter().filter_map(|row| Some((row.first()?.clone()?, row.get(1)?.clone()?))).collect())
        }
        Err(fault) if fault.is("42501") => Ok(Vec::new()),
        Err(fault) => Err(fault),
    }
}

/// Marks rows whose parent is deleted and does not come back with them. What hangs under a row that cannot come back is that
/// row's conflict.
async fn parents(ground: &Ground, group: &mut Group, rules: &Rules<'_>, asking: &Asking<'_>) -> Result<(), Fault> {
    for (child, parent, relation) in deleted_parents(ground, group, asking).await? {
        let kept = group.place(&parent.table, &parent.key).map(|place| group.members[place].fate.clone());
        let why = match kept {
            None => orphaned(&relation, &parent, rules.reach),
            Some(Fate::Skip(why)) if rules.on_conflict == OnConflict::Abort => {
                format!("its {} stays deleted: {why}", relation.parent.word())
            }
            Some(_) => continue,
        };
        group.members[child].fate = Fate::Conflict(why);
    }
    Ok(())
}

/// The deleted parents of the rows that come back: the row's place, and the parent.
pub(super) async fn deleted_parents<'a>(
    ground: &'a Ground,
    group: &Group,
    asking: &Asking<'_>,
) -> Result<Vec<(usize, Row, Relation<'a>)>, Fault> {
    let mut all = Vec::new();
    for (table, places) in group.by_table(&group.back()) {
        for relation in ground.above(&table) {
            let sql = upward(&relation, &relation.parent.is_deleted("p"));
            let found = group.found(asking, &sql, &places, &relation.parent).await?;
            all.extend(found.into_iter().map(|(child, parent)| (child, parent, relation)));
        }
    }
    Ok(all)
}

/// Marks rows that an undo cannot make live again: a parent is deleted meanwhile, or their key is taken.
pub(in super::super) async fn revivable(ground: &Ground, moves: &mut Moves, asking: &Asking<'_>) -> Result<(), Fault> {
    for (child, parent, relation) in deleted_parents(ground, &moves.group, asking).await? {
        if moves.group.place(&parent.table, &parent.key).is_none() {
            moves.group.members[child].fate = Fate::Conflict(orphaned(&relation, &parent, Reach::WithParents));
        }
    }
    for (table, places) in moves.tables(ground)? {
        let to = |place: usize| moves.to[place].clone();
        let clashes = clash::of(ground, &moves.group, table.name(), &places, &to, asking).await?;
        super::beside::show(ground, &mut moves.group, table.name(), &clashes, asking).await?;
        for clash in clashes {
            moves.group.members[clash.place].fate = Fate::Conflict(clash.why);
        }
    }
    Ok(())
}

/// Live rows below those that are deleted, which would hang under a deleted one: the place of the row above, and why it has to
/// stay. Where an operation is taken back, a row whose version is older than that of the row above was live below it before, too.
pub(in super::super) async fn live_below(
    ground: &Ground,
    moves: &Moves,
    asking: &Asking<'_>,
) -> Result<Vec<(usize, String)>, Fault> {
    let group = &moves.group;
    let mut all = Vec::new();
    for (table, places) in group.by_table(&group.back()) {
        for relation in ground.below(&table).into_iter().filter(|relation| relation.spec.cascade) {
            let mut condition = relation.child.is_live("c");
            if moves.takes_back {
                condition.push_str(" AND pg_catalog.age(c.xmin) <= pg_catalog.age(p.xmin)");
            }
            for (place, child) in
                group.found(asking, &downward(&relation, &condition), &places, &relation.child).await?
            {
                if group.place(&child.table, &child.key).is_none() {
                    let label = child.label.unwrap_or_else(|| child.key.join(" "));
                    let word = relation.child.word();
                    let why = match moves.takes_back {
                        true => format!("the {word} {label:?} below it is live, and came or was changed since"),
                        false => format!("the {word} {label:?} below it is live and does not fall with it"),
                    };
                    all.push((place, why));
                }
            }
        }
    }
    Ok(all)
}

/// Why a row cannot come back below this parent.
pub(super) fn orphaned(relation: &Relation<'_>, parent: &Row, reach: Reach) -> String {
    let label = parent.label.as_deref().map_or_else(|| parent.key.join(" "), |label| format!("{label:?}"));
    let since = match (parent.marker(), relation.parent.deleted.kind) {
        (Some(at), DeletedKind::Timestamp) => format!(" (since {at})"),
        _ => String::new(),
    };
    let what = format!("its {} {label} is still deleted{since}", relation.parent.word());
    if reach == Reach::WithParents { what } else { format!("{what}: --with-parents restores it too") }
}

/// What hangs under a row that stays, stays. A row can hang under several.
fn stay_below(ground: &Ground, group: &mut Group) {
    loop {
        let stays = |place: &usize| {
            let Member { fate, row, .. } = &group.members[*place];
            (*fate != Fate::Back && row.deleted).then_some(row)
        };
        let why = |parent: &Row| {
            let word = ground.table(&parent.table).map_or(parent.table.as_str(), |table| table.word());
            let label = parent.label.clone().unwrap_or_else(|| parent.key.join(" "));
            format!("it hangs under the {word} {label:?}, which stays")
        };
        let hangs = |place: usize| Some((place, why(group.members[place].parents.iter().find_map(stays)?)));
        let found: Vec<(usize, String)> = group.back().into_iter().filter_map(hangs).collect();
        if found.is_empty() {
            return;
        }
        for (place, why) in found {
            group.members[place].fate = Fate::Skip(why);
        }
    }
}
