//! Everything a key can do: one line an action gives its variant, name, meaning and default keys.
//! Help, palette, footer and key files are made from this list. It must not know a terminal.

/// Defines [`Action`] and [`ACTIONS`] from one list.
macro_rules! actions {
    ($($variant:ident $name:literal $doc:literal [$($key:literal),*];)*) => {
        /// What a key, or a word in the palette, asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $(#[doc = $doc] $variant,)* }

        /// Every action, in the order of the help.
        pub const ACTIONS: &[ActionSpec] = &[$(ActionSpec {
            action: Action::$variant, name: $name, doc: $doc, keys: &[$($key),*],
        },)*];
    };
}

/// One action as a person meets it.
#[derive(Clone, Copy, Debug)]
pub struct ActionSpec {
    pub action: Action,
    /// The name in key files and in the palette.
    pub name: &'static str,
    pub doc: &'static str,
    /// The keys it has unless a key file says otherwise.
    pub keys: &'static [&'static str],
}

actions! {
    Open "open" "Open the row: drill down, or the whole record" ["enter"];
    Record "record" "The whole record beside the list, or instead of it" ["v"];
    Back "back" "One step back; stops what is loading" ["esc"];
    Up "up" "One row up" ["up", "k"];
    Down "down" "One row down" ["down", "j"];
    Left "left" "One column to the left" ["left", "h"];
    Right "right" "One column to the right" ["right", "l"];
    PageUp "page-up" "One page up" ["pageup", "ctrl-b"];
    PageDown "page-down" "One page down" ["pagedown", "ctrl-f"];
    Top "top" "To the first row" ["g", "home"];
    Bottom "bottom" "To the last row" ["G", "end"];
    Mark "mark" "Untick a row of a plan with its branch, or tick it again; elsewhere a page down" ["space"];
    Filter "filter" "Filter the rows: col=value, col~part, col:null, a bare word" ["/"];
    ClearFilter "clear-filter" "Show all rows again" ["\\"];
    Sort "sort" "Sort by this column; again turns it round; a third time ends it" ["o"];
    Refresh "refresh" "Read again; in Verify the checks that read whole tables too" ["r", "f5"];
    Scope "scope" "Set the tenant all scoped panes are limited to" ["t"];
    ClearScope "clear-scope" "All tenants again" ["T"];
    CopyCell "copy-cell" "Copy the cell, a plan's SQL, or a receipt as a paragraph" ["y"];
    CopyRow "copy-row" "Copy the row as JSON; of an operation its SQL" ["Y"];
    Actions "actions" "What can be done to the row; on a plan, other ways; on a receipt, what is next" ["x"];
    CarryOut "carry-out" "Carry out the plan on the screen, as it is shown; asks why, and for whom" ["c"];
    Undo "undo" "Plan undoing this receipt's operation, or the newest one" ["u"];
    Palette "palette" "Go to a pane, a table or an action by name" [":"];
    Source "source" "The same pane from the next system that brings it; in a plan its SQL" ["s"];
    LastPane "last-pane" "The pane before this one" ["-"];
    HistoryBack "history-back" "Back through the places visited" ["["];
    HistoryForward "history-forward" "Forward again" ["]"];
    NextTab "next-tab" "The next tab" ["tab"];
    PreviousTab "previous-tab" "The tab before" ["shift-tab"];
    Tab1 "tab-1" "The first tab" ["1"];
    Tab2 "tab-2" "The second tab" ["2"];
    Tab3 "tab-3" "The third tab" ["3"];
    Tab4 "tab-4" "The fourth tab" ["4"];
    Tab5 "tab-5" "The fifth tab" ["5"];
    Tab6 "tab-6" "The sixth tab" ["6"];
    Tab7 "tab-7" "The seventh tab" ["7"];
    Tab8 "tab-8" "The eighth tab" ["8"];
    Tab9 "tab-9" "The ninth tab" ["9"];
    Tab10 "tab-10" "The tenth tab" ["0"];
    Help "help" "Every key and what it does" ["?", "f1"];
    Redraw "redraw" "Draw the screen anew" ["ctrl-l"];
    Suspend "suspend" "Back to the shell; fg returns" ["ctrl-z"];
    Quit "quit" "Leave pgdeck" ["q", "ctrl-c"];
}

impl Action {
    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|spec| spec.name == name).map(|spec| spec.action)
    }

    /// Its line in the list.
    pub fn spec(self) -> &'static ActionSpec {
        &ACTIONS[self as usize]
    }

    /// The tab a digit asks for, counted from zero.
    pub fn tab(self) -> Option<usize> {
        let (this, first) = (self as usize, Action::Tab1 as usize);
        (first..=Action::Tab10 as usize).contains(&this).then(|| this - first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_and_default_keys_are_unique() {
        let names: BTreeSet<_> = ACTIONS.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        let keys: Vec<_> = ACTIONS.iter().flat_map(|spec| spec.keys).collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    }

    #[test]
    fn every_action_finds_its_line() {
        for spec in ACTIONS {
            assert_eq!(spec.action.spec().name, spec.name);
            assert_eq!(Action::named(spec.name), Some(spec.action));
        }
        assert_eq!(Action::Tab10.tab(), Some(9));
        assert_eq!(Action::Quit.tab(), None);
    }
}
