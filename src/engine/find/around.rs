//! What there is to say about rows that were found: what the trails tell of them, what fell with them, and who is who.

use super::guard::{Guard, Piece};
use super::hit::Hit;
use super::kin::{self, Kin};
use super::standing::Place;
use super::{Known, TOLD, trails};
use crate::engine::survey::Bindings;
use crate::model::Fault;
use crate::model::request::Scope;
use std::collections::BTreeSet;

/// What the trails say of the rows found, and what fell with those that are deleted.
pub(super) async fn ask(
    guard: &Guard<'_>,
    places: &[Place<'_>],
    bindings: &Bindings,
    known: &mut Known,
) -> Result<(), Fault> {
    let trails = trails(places, bindings);
    let asked = known.hits.clone();
    let told = &asked[..asked.len().min(TOLD)];
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut about: Vec<Result<usize, Kin>> = Vec::new();
    for (n, trail) in trails.iter().enumerate() {
        if let Some(piece) = trail.about(told) {
            pieces.push(piece);
            about.push(Ok(n));
        }
    }
    let of: BTreeSet<usize> = told.iter().filter(|hit| hit.deleted).map(|hit| hit.place).collect();
    for place in of {
        for (kin, piece) in kin::questions(places, told, place) {
            pieces.push(piece);
            about.push(Err(kin));
        }
    }
    let answers = guard.answers(&pieces).await?;
    for (about, answer) in about.iter().zip(&answers) {
        match about {
            Ok(trail) => trails[*trail].tell(&mut known.hits, answer.rows()),
            Err(kin) => kin::tell(kin, &mut known.hits, places, answer.rows()),
        }
    }
    Ok(())
}

/// The names of the tenants spoken of, and of the people who deleted.
pub(super) async fn name(
    guard: &Guard<'_>,
    places: &[Place<'_>],
    bindings: &Bindings,
    known: &mut Known,
    scope: Option<&Scope>,
) -> Result<(), Fault> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut about: Vec<(usize, bool)> = Vec::new();
    for (source, system) in &bindings.systems {
        let of = |name: &str| places.iter().position(|place| place.source == source && place.spec.name == name);
        let own = |place: usize| places[place].source == source;
        if let Some((tenant, place)) = system.tenant.as_ref().and_then(|tenant| Some((tenant, of(&tenant.table)?))) {
            let mut keys: BTreeSet<String> = BTreeSet::new();
            keys.extend(scope.filter(|scope| scope.source == *source).map(|scope| scope.key.clone()));
            for hit in known.hits.iter().filter(|hit| own(hit.place)) {
                keys.extend(hit.tenant.clone());
                keys.extend(hit.moved.as_ref().map(|moved| moved.from.clone()));
            }
            keys.extend(known.gone.iter().filter(|gone| own(gone.place)).filter_map(|gone| gone.tenant.clone()));
            let label = tenant.label.as_deref().unwrap_or(&tenant.key);
            let keys: Vec<String> = keys.into_iter().collect();
            let piece = kin::names(&places[place], &tenant.key, label, &keys);
            about.extend(piece.as_ref().map(|_| (place, true)));
            pieces.extend(piece);
        }
        let people = system.audit.as_ref().and_then(|audit| audit.people.as_ref());
        if let Some((people, place)) = people.and_then(|people| Some((people, of(&people.table)?))) {
            let by = known.hits.iter().filter(|hit| own(hit.place)).filter_map(|hit| hit.by.clone());
            let keys: Vec<String> = by.collect::<BTreeSet<_>>().into_iter().collect();
            let piece = kin::names(&places[place], &people.key, &people.label, &keys);
            about.extend(piece.as_ref().map(|_| (place, false)));
            pieces.extend(piece);
        }
    }
    let answers = guard.answers(&pieces).await?;
    for ((place, is_tenant), answer) in about.iter().zip(&answers) {
        for row in answer.rows() {
            let [Some(key), Some(name), ..] = row.as_slice() else { continue };
            if *is_tenant {
                known.tenants.insert((*place, key.clone()), name.clone());
                continue;
            }
            let same =
                |hit: &&mut Hit| places[hit.place].source == places[*place].source && hit.by.as_ref() == Some(key);
            known.hits.iter_mut().filter(same).for_each(|hit| hit.who = Some(name.clone()));
        }
    }
    known.hits.iter_mut().for_each(|hit| hit.who = hit.who.take().or_else(|| hit.by.clone()));
    Ok(())
}
