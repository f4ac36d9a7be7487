//! The last line: a notice, or the keys that matter here, made from the keymap so that they cannot be stale.

use super::Canvas;
use crate::model::action::Action;
use crate::model::deck::Opens;
use crate::model::operation::Ending;
use crate::model::{PaneRef, sanitise};
use crate::tui::app::{App, Content};
use crate::tui::branch::Tick;
use crate::tui::list::List;
use crate::tui::operate::READ_ONLY;
use crate::tui::operation::{Operation, Stage};
use crate::tui::theme::Role;
use crate::tui::{key, offers};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

const LIST: &[(Action, &str)] = &[
    (Action::Help, "help"),
    (Action::Open, "open"),
    (Action::Filter, "filter"),
    (Action::Palette, "go to"),
    (Action::Scope, "scope"),
    (Action::Sort, "sort"),
    (Action::Refresh, "refresh"),
    (Action::Record, "record"),
    (Action::CopyCell, "copy"),
    (Action::Back, "back"),
    (Action::Quit, "quit"),
];
const RECORD: &[(Action, &str)] = &[
    (Action::Help, "help"),
    (Action::Back, "back"),
    (Action::CopyCell, "copy field"),
    (Action::CopyRow, "copy row"),
    (Action::Refresh, "refresh"),
    (Action::Palette, "go to"),
    (Action::Quit, "quit"),
];
const OTHER: &[(Action, &str)] = &[
    (Action::Help, "help"),
    (Action::Palette, "go to"),
    (Action::Back, "back"),
    (Action::Refresh, "refresh"),
    (Action::Quit, "quit"),
];

impl Canvas<'_, '_> {
    pub(super) fn footer(&mut self, area: Rect) {
        if let Some(notice) = &self.app.notice {
            let role = if notice.is_error { Role::Error } else { Role::Notice };
            let text = format!(" {}", sanitise::line(&notice.text));
            let line = Line::styled(text, self.theme.style(role));
            return self.frame.render_widget(line, area);
        }
        let hints = match self.app.place().map(|place| &place.content) {
            Some(Content::List(list)) => of_list(self.app, list),
            Some(Content::Record(record)) => {
                let mut hints = RECORD.to_vec();
                match self.app.planned_by(&record.pane) {
                    Some(_) => hints.insert(1, (Action::Open, "plan")),
                    None if !record.parts.is_empty() => hints.push((Action::Open, "open below")),
                    None => {}
                }
                with_actions(self.app, hints)
            }
            Some(Content::Operation(operation)) => of_operation(self.app, operation),
            _ => OTHER.to_vec(),
        };
        let mut spans = Vec::new();
        let mut used = 0;
        for (action, word) in hints {
            let Some(key) = self.app.keymap.keys(action).first().map(|key| key::shown(key)) else {
                continue;
            };
            used += key.width() + word.width() + 4;
            if used > usize::from(area.width) {
                break;
            }
            spans.push(Span::styled(format!(" {key}"), self.theme.style(Role::Key)));
            spans.push(Span::styled(format!(" {word} "), self.theme.style(Role::Dim)));
        }
        self.frame.render_widget(Line::from(spans), area);
    }
}

/// The keys of a list: what can be done to a row, where something can, and what reading again means.
fn of_list(app: &App, list: &List) -> Vec<(Action, &'static str)> {
    let is_verify = matches!(&list.pane, PaneRef::Library { name, source: None } if name == "verify");
    let mut hints = LIST.to_vec();
    let planned = |hint: &mut (Action, &'static str)| {
        if let (Action::Open, Opens::Plan(_)) = (hint.0, &list.opens) {
            hint.1 = "plan";
        }
    };
    hints.iter_mut().for_each(planned);
    if is_verify {
        // Third, so that a narrow screen has it too.
        hints.retain(|(action, _)| *action != Action::Refresh);
        hints.insert(2, (Action::Refresh, "run again, data checks too"));
    }
    with_actions(app, hints)
}

/// The same with the key for what can be done to a row, where its pane offers something.
fn with_actions(app: &App, mut hints: Vec<(Action, &'static str)>) -> Vec<(Action, &'static str)> {
    if offers::has_actions(app) {
        hints.insert(2, (Action::Actions, "actions"));
    }
    hints
}

/// The keys of an operation, by how far it has come. The first is the one that matters most.
fn of_operation(app: &App, operation: &Operation) -> Vec<(Action, &'static str)> {
    let is_ended = matches!(operation.stage, Stage::Ended(_)) && !operation.shows_sql;
    let copied = if is_ended { "copy receipt" } else { "copy SQL" };
    let sql = [(Action::Source, if operation.shows_sql { "rows" } else { "SQL" }), (Action::CopyCell, copied)];
    let mut hints = Vec::new();
    match &operation.stage {
        Stage::Planned(plan) => {
            let ways = (!offers::other_ways(operation).is_empty()).then_some((Action::Actions, "otherwise"));
            match (&plan.refused, app.around.write) {
                (Some(_), _) if plan.is_handed_over() => hints.push((Action::CopyCell, "copy the INSERT")),
                (Some(_), _) => hints.extend(ways),
                (None, false) => hints.push((Action::CarryOut, READ_ONLY)),
                (None, true) => hints.push((Action::CarryOut, "carry out")),
            }
            hints.push((Action::Back, "leave"));
            match operation.tick() {
                Ok(Tick::LeaveOut(_)) => hints.push((Action::Mark, "leave out")),
                Ok(Tick::TakeIn(_)) => hints.push((Action::Mark, "take in")),
                Err(_) => {}
            }
            let more = ways.into_iter().chain(sql).filter(|(action, _)| !hints.iter().any(|(own, _)| own == action));
            hints.extend(more.collect::<Vec<_>>());
            hints.push((Action::Refresh, "plan again"));
        }
        Stage::Performing { plan, .. } => {
            hints.push((Action::Back, if plan.can_be_stopped() { "stop" } else { "it is finished first" }));
            hints.extend(sql);
        }
        Stage::Ended(receipt) => {
            if receipt.ending == Ending::RolledBack {
                hints.push((Action::Refresh, "plan again"));
            }
            if operation.undoable().is_ok() {
                hints.push((Action::Undo, "undo"));
            }
            if !offers::after(receipt).is_empty() {
                hints.push((Action::Actions, "what next"));
            }
            hints.extend([sql[1], (Action::Back, "back"), sql[0]]);
        }
        Stage::Failed { .. } | Stage::NoPlan(_) | Stage::Unplanned => {
            hints.extend([(Action::Refresh, "plan again"), (Action::Back, "back")]);
            if operation.is_open() && !offers::other_ways(operation).is_empty() {
                hints.push((Action::Actions, "otherwise"));
            }
            hints.extend(sql.into_iter().filter(|_| !operation.sql().is_empty()));
        }
        Stage::Planning { .. } => hints.push((Action::Back, "stop")),
    }
    hints.extend([(Action::Help, "help"), (Action::Palette, "go to"), (Action::Quit, "quit")]);
    hints
}
