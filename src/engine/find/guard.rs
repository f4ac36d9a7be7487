//! Statements that are only run where the planner reads little for them. Many become one, so that a search costs two round
//! trips, whatever the number of tables. It must not know what they look for.

use super::super::reader::Reader;
use super::super::statement::Statement;
use crate::db::{Envelope, Rows};
use crate::model::{Fault, Kind};
use std::collections::HashMap;

/// Planner's cost above which a statement reads too much.
const MOST: f64 = 10_000.0;
/// Cost of reading a table of unknown size as a whole that is still little.
const LITTLE: f64 = 300.0;
/// The same where the catalog says that the table is small: it may have grown since.
const SMALL: f64 = 3_000.0;
/// One SELECT among many: writes itself over relations whose aliases begin with the one given, and selects nine texts.
pub(super) type Piece<'a> = Box<dyn Fn(&mut Statement, &str) + Send + Sync + 'a>;

/// What became of a piece.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Rows(Vec<Vec<Option<String>>>),
    /// It would read a big table, or too much of an index.
    Refused,
    /// The server refused it: why.
    Failed(String),
}

impl Answer {
    /// The rows, where there are any.
    pub fn rows(&self) -> &[Vec<Option<String>>] {
        match self {
            Answer::Rows(rows) => rows,
            Answer::Refused | Answer::Failed(_) => &[],
        }
    }

    /// Why there is no answer.
    pub fn why(&self) -> Option<&str> {
        match self {
            Answer::Rows(_) => None,
            Answer::Refused => Some("no index for it"),
            Answer::Failed(why) => Some(why),
        }
    }
}

/// Asks pieces, and refuses those that would read too much.
pub(super) struct Guard<'a> {
    pub reader: &'a Reader<'a>,
    pub envelope: &'a Envelope,
    /// Which tables are known to be small, by name: where several have one, all of them.
    pub small: HashMap<String, bool>,
    /// The person has asked for it: nothing is refused.
    pub scan: bool,
}

impl Guard<'_> {
    /// Which of these pieces read little enough.
    pub async fn allows(&self, pieces: &[Piece<'_>]) -> Result<Vec<Result<(), Answer>>, Fault> {
        let all: Vec<usize> = (0..pieces.len()).collect();
        if pieces.is_empty() {
            return Ok(Vec::new());
        }
        match self.explain(pieces, &all).await {
            Ok(nodes) => Ok(all.iter().map(|n| self.judge(&nodes, *n)).collect()),
            Err(fault) if fault.kind == Kind::Query => {
                // One that fails does not keep the others from being asked.
                let mut verdicts = Vec::new();
                for n in all {
                    verdicts.push(match self.explain(pieces, &[n]).await {
                        Ok(nodes) => self.judge(&nodes, n),
                        Err(fault) if fault.kind == Kind::Query => Err(Answer::Failed(fault.message)),
                        Err(fault) => return Err(fault),
                    });
                }
                Ok(verdicts)
            }
            Err(fault) => Err(fault),
        }
    }

    /// The rows of those of these pieces that are chosen, by their number.
    pub async fn run(&self, pieces: &[Piece<'_>], chosen: &[usize]) -> Result<HashMap<usize, Answer>, Fault> {
        let mut answers = HashMap::new();
        if chosen.is_empty() {
            return Ok(answers);
        }
        // What takes long has the time of a whole statement for itself.
        if !self.scan {
            match self.ask("", pieces, chosen).await {
                Ok(rows) => {
                    sort(rows, chosen, &mut answers);
                    return Ok(answers);
                }
                Err(fault) if fault.kind == Kind::Query => {}
                Err(fault) => return Err(fault),
            }
        }
        for n in chosen {
            match self.ask("", pieces, &[*n]).await {
                Ok(rows) => sort(rows, &[*n], &mut answers),
                Err(fault) if fault.kind == Kind::Query => {
                    answers.insert(*n, Answer::Failed(fault.message));
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(answers)
    }

    /// The answers to all of these, refused ones among them.
    pub async fn answers(&self, pieces: &[Piece<'_>]) -> Result<Vec<Answer>, Fault> {
        let verdicts = self.allows(pieces).await?;
        let chosen: Vec<usize> = (0..pieces.len()).filter(|n| verdicts[*n].is_ok()).collect();
        let mut answers = self.run(pieces, &chosen).await?;
        let answer = |(n, verdict): (usize, Result<(), Answer>)| match verdict {
            Ok(()) => answers.remove(&n).unwrap_or(Answer::Rows(Vec::new())),
            Err(refused) => refused,
        };
        Ok(verdicts.into_iter().enumerate().map(answer).collect())
    }

    async fn explain(&self, pieces: &[Piece<'_>], chosen: &[usize]) -> Result<Vec<Node>, Fault> {
        // As JSON the answer would not have the type text.
        let answer = self.ask("EXPLAIN (FORMAT YAML) ", pieces, chosen).await?;
        Ok(nodes(&answer.rows.into_iter().flatten().flatten().collect::<Vec<_>>().join("\n")))
    }

    async fn ask(&self, before: &str, pieces: &[Piece<'_>], chosen: &[usize]) -> Result<Rows, Fault> {
        let mut statement = Statement::default();
        statement.push(before);
        statement.join(chosen, "\nUNION ALL\n", |statement, n| {
            statement.push(&format!("(SELECT '{n}'::text, q.* FROM ("));
            pieces[*n](statement, &format!("t{n}"));
            statement.push(") AS q)");
        });
        self.reader.ask("find", self.envelope, &statement.sql, &statement.params).await
    }

    fn judge(&self, nodes: &[Node], n: usize) -> Result<(), Answer> {
        let own = |node: &&Node| is_of(&node.alias, n);
        let reads_much = |node: &Node| {
            let most = if self.small.get(&node.relation) == Some(&true) { SMALL } else { LITTLE };
            node.kind == "Seq Scan" && node.cost > most
        };
        let refused = nodes.iter().filter(own).any(|node| reads_much(node) || node.limit_cost > MOST);
        if refused && !self.scan { Err(Answer::Refused) } else { Ok(()) }
    }
}

/// `t7`, and what the planner or the piece itself derives from it: `t7_1`.
fn is_of(alias: &str, n: usize) -> bool {
    let rest = alias.strip_prefix(&format!("t{n}"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

fn sort(rows: Rows, chosen: &[usize], answers: &mut HashMap<usize, Answer>) {
    let mut sorted: HashMap<usize, Vec<Vec<Option<String>>>> = chosen.iter().map(|n| (*n, Vec::new())).collect();
    for mut row in rows.rows {
        let rest = row.split_off(1.min(row.len()));
        let number = row.into_iter().flatten().next().and_then(|number| number.parse().ok());
        if let Some(own) = number.and_then(|number: usize| sorted.get_mut(&number)) {
            own.push(rest);
        }
    }
    answers.extend(sorted.into_iter().map(|(n, rows)| (n, Answer::Rows(rows))));
}

/// A node of a plan that reads a relation.
#[derive(Clone, Debug, Default, PartialEq)]
struct Node {
    kind: String,
    relation: String,
    alias: String,
    cost: f64,
    /// What the whole piece costs: its LIMIT reads no more.
    limit_cost: f64,
}

/// The nodes of a plan in YAML that read relations.
fn nodes(yaml: &str) -> Vec<Node> {
    let mut open: Vec<(usize, Node)> = Vec::new();
    let mut read = Vec::new();
    let mut close = |open: &mut Vec<(usize, Node)>, indent: usize| {
        while open.last().is_some_and(|(own, _)| *own >= indent) {
            if let Some((_, mut node)) = open.pop() {
                let limit = open.iter().find(|(_, above)| above.kind == "Limit");
                node.limit_cost = limit.map_or(node.cost, |(_, above)| above.cost);
                read.extend((!node.alias.is_empty()).then_some(node));
            }
        }
    };
    for line in yaml.lines() {
        let bare = line.trim_start_matches([' ', '-']);
        let indent = line.len() - bare.len();
        let Some((name, value)) = bare.split_once(": ") else { continue };
        let value = value.trim_matches('"').to_owned();
        if name == "Node Type" {
            close(&mut open, indent);
            open.push((indent, Node { kind: value, ..Node::default() }));
            continue;
        }
        let Some((_, node)) = open.iter_mut().rev().find(|(own, _)| *own == indent) else { continue };
        match name {
            "Relation Name" => node.relation = value,
            "Alias" => node.alias = value,
            "Total Cost" => node.cost = value.parse().unwrap_or(f64::MAX),
            _ => {}
        }
    }
    close(&mut open, 0);
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = r#"- Plan: 
    Node Type: "Append"
    Total Cost: 99.00
    Plans: 
      - Node Type: "Limit"
        Total Cost: 8.50
        Plans: 
          - Node Type: "Index Scan"
            Relation Name: "leads"
            Alias: "t1"
            Total Cost: 70.00
      - Node Type: "Seq Scan"
        Relation Name: "users"
        Alias: "t12_1"
        Total Cost: 20.00"#;

    #[test]
    fn a_plan_is_taken_apart() {
        let read = nodes(PLAN);
        let told: Vec<_> = read.iter().map(|n| (n.alias.as_str(), n.kind.as_str(), n.limit_cost)).collect();
        assert_eq!(told, [("t1", "Index Scan", 8.5), ("t12_1", "Seq Scan", 20.0)]);
        assert!(is_of("t12_1", 12) && !is_of("t12_1", 1) && is_of("t1", 1));
    }
}
