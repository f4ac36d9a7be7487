//! What the engine says for a command line, said for the screen: the way on is a key there, not a flag.

use crate::model::operation::PlanRow;
use std::borrow::Cow;

/// What a flag would do, as the engine says it, and as the list of other ways does.
const WAYS: &[(&str, &str)] = &[
    ("; --on-conflict skip leaves out what cannot come back", "leave out what cannot come back"),
    (LEFT_PARENTS, "restore it too"),
];

/// How the engine says that a deleted parent could come back along with a row.
const LEFT_PARENTS: &str = ": --with-parents restores it too";

/// A parent is deleted that could come back as well.
pub fn names_parents(text: &str) -> bool {
    text.contains(LEFT_PARENTS)
}

/// The text with the key that offers what a flag would do.
pub fn on_screen<'a>(text: &'a str, key: &str) -> Cow<'a, str> {
    let mut said = Cow::Borrowed(text);
    for (flag, way) in WAYS {
        if said.contains(flag) {
            said = Cow::Owned(said.replace(flag, &format!("; {key}: {way}")));
        }
    }
    said
}

/// The first thing a text says, without what could be done about it.
pub fn briefly(text: &str) -> &str {
    let ends = WAYS.iter().map(|(flag, _)| *flag).chain(["; "]);
    let end = ends.filter_map(|end| text.find(end)).min().unwrap_or(text.len());
    &text[..end]
}

/// The row with its reason said so.
pub(super) fn row<'a>(row: &'a PlanRow, key: &str) -> Cow<'a, PlanRow> {
    match row.reason.as_deref().map(|reason| on_screen(reason, key)) {
        Some(Cow::Owned(reason)) => Cow::Owned(PlanRow { reason: Some(reason), ..row.clone() }),
        _ => Cow::Borrowed(row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_becomes_a_key() {
        let why = "its lead \"Ada\" is still deleted: --with-parents restores it too (and 2 more); \
                   --on-conflict skip leaves out what cannot come back; crm.notes needs UPDATE";
        assert_eq!(
            on_screen(why, "x"),
            "its lead \"Ada\" is still deleted; x: restore it too (and 2 more); \
             x: leave out what cannot come back; crm.notes needs UPDATE"
        );
        assert_eq!(briefly(why), "its lead \"Ada\" is still deleted");
        assert_eq!(briefly("nothing is left"), "nothing is left");
        assert!(matches!(on_screen("nothing is left", "x"), Cow::Borrowed(_)) && names_parents(why));
    }
}
