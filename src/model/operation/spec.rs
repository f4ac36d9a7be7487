//! The one list of operations that can be done to a row of a pane.

/// One operation as a person meets it. Panes offer it by name (`actions = ["restore"]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationSpec {
    pub name: &'static str,
    /// What it does, as the list of a row's actions says it.
    pub title: &'static str,
    /// The columns of a row it reads.
    pub reads: &'static [&'static str],
}

/// Every operation that can be done to a row of a pane.
pub const OPERATIONS: &[OperationSpec] = &[
    OperationSpec {
        name: "restore",
        title: "Restore the row with everything that was deleted along with it",
        reads: &["table", "key"],
    },
    OperationSpec {
        name: "delete",
        title: "Delete the row softly, with everything below it that falls with it",
        reads: &["table", "key"],
    },
    OperationSpec {
        name: "rebuild",
        title: "Show the INSERT that would bring the row back as the audit trail has it",
        reads: &["table", "key"],
    },
    OperationSpec { name: "undo", title: "Undo this operation where nothing changed since", reads: &["id"] },
    OperationSpec { name: "refresh", title: "Refresh the materialized view", reads: &["schema", "view"] },
    OperationSpec {
        name: "cancel",
        title: "Cancel what this backend runs (pg_cancel_backend)",
        reads: &["pid", "backend_start"],
    },
    OperationSpec {
        name: "terminate",
        title: "End this backend's session (pg_terminate_backend)",
        reads: &["pid", "backend_start"],
    },
];

/// The operation of this name.
pub fn operation(name: &str) -> Option<&'static OperationSpec> {
    OPERATIONS.iter().find(|spec| spec.name == name)
}

/// True for operations whose receipt can be planned backwards.
pub fn can_be_undone(operation: &str) -> bool {
    matches!(operation, "restore" | "delete" | "undo")
}
