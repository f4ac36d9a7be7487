//! Which known word a mistyped one was meant to be.

/// The known words that are close to this one, closest first, at most three.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let furthest = (word.chars().count() / 3).max(1);
    let close = known.into_iter().filter_map(|candidate| {
        let lower = candidate.to_lowercase();
        let begins = word.len() >= 2 && (lower.starts_with(&word) || word.starts_with(&lower));
        let steps = if begins { 1 } else { distance(&word, &lower) };
        (steps <= furthest).then_some((steps, candidate))
    });
    let mut close: Vec<(usize, &str)> = close.collect();
    close.sort();
    close.dedup();
    close.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// `did you mean a or b?`, or None where nothing is close.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = nearest(word, known);
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
}

/// How many letters must be added, removed, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, n) | (n, 0) => n,
                _ => {
                    let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    let swap = if swapped { rows[i - 2][j - 2] + 1 } else { usize::MAX };
                    changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(swap)
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        let known = ["show", "systems", "library", "man", "demo"];
        assert_eq!(nearest("shwo", known), ["show"]);
        assert_eq!(nearest("sys", known), ["systems"]);
        assert_eq!(nearest("demos", known), ["demo"]);
        assert!(nearest("crm", known).is_empty());
        assert!(nearest("", known).is_empty());
    }

    #[test]
    fn the_hint_names_the_candidates() {
        assert_eq!(did_you_mean("thme", ["theme", "deck"]).unwrap(), "did you mean theme?");
        assert_eq!(did_you_mean("zzz", ["theme"]), None);
    }
}
