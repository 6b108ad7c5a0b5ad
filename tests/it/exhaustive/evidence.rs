//! Each claim about AWS can be traced to a row of `docs/aws-behaviour.md`.

use std::collections::BTreeSet;

use regex::Regex;

use crate::conformance;
use crate::support::evidence::{citations, comments, rows};

/// The rows that comments cite, and those of scenarios.
fn cited() -> BTreeSet<String> {
    let comments = citations().into_iter().flat_map(|citation| citation.ids);
    comments.chain(conformance::cited()).collect()
}

#[test]
fn each_claim_about_aws_cites_a_row() {
    let claim = Regex::new(r"(?-u:\b)(AWS|Approximation): ").unwrap();

    let without: Vec<_> = comments()
        .into_iter()
        .filter(|(_, comment)| claim.is_match(comment))
        .collect();

    assert!(
        without.is_empty(),
        "write `AWS [N15]:` or `Approximation [Q9]:`: {without:#?}"
    );
    assert!(citations().len() > 150);
}

#[test]
fn each_row_that_is_cited_exists() {
    let rows = rows();

    let unknown: Vec<_> = citations()
        .into_iter()
        .filter(|citation| citation.ids.iter().any(|id| !rows.contains_key(id)))
        .map(|citation| format!("{}: {:?}", citation.place, citation.ids))
        .collect();

    assert!(
        unknown.is_empty(),
        "docs/aws-behaviour.md has no such row: {unknown:#?}"
    );
}

#[test]
fn each_row_is_cited_or_is_background() {
    let (rows, cited) = (rows(), cited());

    let idle: Vec<_> = rows
        .iter()
        .filter(|(id, row)| !row.is_background && !cited.contains(*id))
        .map(|(id, _)| id)
        .collect();
    let busy: Vec<_> = rows
        .iter()
        .filter(|(id, row)| row.is_background && cited.contains(*id))
        .map(|(id, _)| id)
        .collect();

    assert!(idle.is_empty(), "nothing cites the rows {idle:?}");
    assert!(busy.is_empty(), "marked as background, but cited: {busy:?}");
}

/// What nobody knows is no fact.
#[test]
fn a_claim_about_aws_cites_no_question() {
    let rows = rows();

    let questions: Vec<_> = citations()
        .into_iter()
        .filter(|citation| citation.kind == "AWS")
        .filter(|citation| {
            citation
                .ids
                .iter()
                .any(|id| rows[id].certainty == "unknown")
        })
        .map(|citation| citation.place)
        .collect();

    assert!(
        questions.is_empty(),
        "these say what AWS does and cite what nobody knows: {questions:#?}"
    );
}

#[test]
fn each_row_has_a_certainty_a_source_and_a_date() {
    const CERTAINTIES: [&str; 5] = ["seen", "documented", "measured", "inferred", "unknown"];
    let day = Regex::new(r"^20[0-9]{2}(-[0-9]{2}){0,2}$").unwrap();
    let rows = rows();
    assert!(rows.len() > 200, "only {} rows are read", rows.len());

    for (id, row) in rows {
        assert!(
            CERTAINTIES.contains(&&*row.certainty),
            "{id}: {}",
            row.certainty
        );
        if row.certainty != "unknown" {
            assert!(!row.source.is_empty(), "{id} has no source");
            let is_dated = day.is_match(&row.date) || row.date == "not dated";
            assert!(is_dated, "{id}: {}", row.date);
        }
    }
}
