//! How a view is refreshed and whether it may be, with the reason a person reads. It must not know a session.

use super::views::View;
use crate::db::quote::identifier;
use crate::model::deck::Facts;
use crate::model::operation::RefreshMode;
use std::collections::HashSet;

/// The one way a view is refreshed after all is weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Concurrently,
    Plainly,
}

impl Way {
    /// The name in plans, receipts and the journal.
    pub fn name(self) -> &'static str {
        match self {
            Way::Concurrently => "concurrently",
            Way::Plainly => "plain",
        }
    }

    /// The way of this name.
    pub fn of(name: &str) -> Self {
        if name == Way::Concurrently.name() { Way::Concurrently } else { Way::Plainly }
    }

    /// The statement.
    pub fn statement(self, view: &View) -> String {
        let how = if self == Way::Concurrently { "CONCURRENTLY " } else { "" };
        format!("REFRESH MATERIALIZED VIEW {how}{}.{}", identifier(&view.schema), identifier(&view.name))
    }
}

/// Why the view cannot be refreshed while others read it; None where it can.
pub(super) fn obstacle(view: &View) -> Option<String> {
    if !view.is_populated {
        return Some("not populated".into());
    }
    if view.index.is_none() {
        return Some("no unique index over plain columns of all rows".into());
    }
    let owner = identifier(&view.owner);
    (!view.has_temp).then(|| format!("its owner {owner} may not create temporary tables in this database"))
}

/// The way and why. Fails with the reason where the way that was asked for cannot be gone.
pub(super) fn decide(view: &View, mode: RefreshMode) -> Result<(Way, String), String> {
    let index = view.index.as_deref().unwrap_or_default();
    match (mode, obstacle(view)) {
        (RefreshMode::Plain, _) if !view.is_populated => Ok((Way::Plainly, "plainly: not populated".into())),
        (RefreshMode::Plain, _) => Ok((Way::Plainly, "plainly: as asked; readers wait while it runs".into())),
        (RefreshMode::Concurrently, Some(obstacle)) => Err(format!("cannot be refreshed concurrently: {obstacle}")),
        (_, None) => Ok((
            Way::Concurrently,
            format!(
                "concurrently: populated, unique index {index}; readers go on, takes longer and needs room for a copy"
            ),
        )),
        (RefreshMode::Auto, Some(obstacle)) if !view.is_populated => Ok((Way::Plainly, format!("plainly: {obstacle}"))),
        (RefreshMode::Auto, Some(obstacle)) => {
            Ok((Way::Plainly, format!("plainly: {obstacle}; readers wait while it runs")))
        }
    }
}

/// Why the current role may not refresh it, with the GRANT that helps; None where it may.
pub(super) fn forbidden(view: &View, facts: &Facts) -> Option<String> {
    let (user, schema, title) = (identifier(&facts.user), identifier(&view.schema), view.title());
    if !view.is_reachable {
        return Some(format!("needs USAGE on its schema (GRANT USAGE ON SCHEMA {schema} TO {user})"));
    }
    if view.is_allowed {
        return None;
    }
    Some(match facts.major() >= 17 {
        true => format!("needs MAINTAIN (GRANT MAINTAIN ON {title} TO {user})"),
        false => {
            let owner = identifier(&view.owner);
            format!("only its owner {owner} may refresh it before 17 (GRANT {owner} TO {user})")
        }
    })
}

/// The view it reads that holds no rows to be read and will hold none: neither populated nor filled before it.
pub(super) fn unfilled<'a>(view: &View, views: &'a [View], filled_before: &HashSet<&str>) -> Option<&'a View> {
    let is_read = |other: &&View| view.upstream.contains(&other.oid);
    views.iter().filter(is_read).find(|other| !other.is_populated && !filled_before.contains(other.oid.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_follows_from_the_view_and_the_wish() {
        let able = View { is_populated: true, has_temp: true, index: Some("x".into()), ..View::default() };
        let way = |view: &View, mode| decide(view, mode).map(|(way, _)| way);
        assert_eq!(way(&able, RefreshMode::Auto), Ok(Way::Concurrently));
        assert_eq!(way(&able, RefreshMode::Plain), Ok(Way::Plainly));
        for unable in [
            View { is_populated: false, ..able.clone() },
            View { index: None, ..able.clone() },
            View { has_temp: false, ..able.clone() },
        ] {
            assert_eq!(way(&unable, RefreshMode::Auto), Ok(Way::Plainly));
            assert!(way(&unable, RefreshMode::Concurrently).is_err());
        }
    }
}
