//! Rebuilds when a library or theme file appears, changes or goes: the embedding macro does not see new files.

fn main() {
    for tree in ["queries", "themes"] {
        println!("cargo::rerun-if-changed={tree}");
    }
}
