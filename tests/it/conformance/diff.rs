//! The difference of two texts, line by line.

/// The lines of both texts: `- ` before those that are missing in `actual`, `+ ` before those that
/// are new, and two lines of what is common around them.
pub(super) fn lines(expected: &str, actual: &str) -> Vec<String> {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let all = edits(&old, &new);
    let is_edit = |line: &String| !line.starts_with("  ");
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(2), (at + 3).min(all.len()));
        all[from..to].iter().any(is_edit)
    };
    let mut shown = Vec::new();
    for (at, line) in all.iter().enumerate() {
        if near(at) {
            shown.push(line.clone());
        } else if shown.last().is_some_and(|last| last != "  ...") {
            shown.push("  ...".to_owned());
        }
    }
    shown
}

/// How many answers of two transcripts differ, and how many there are.
pub(super) fn answers(expected: &str, actual: &str) -> (usize, usize) {
    let of = |transcript: &str| -> Vec<String> {
        let calls = transcript
            .split("\n> ")
            .filter(|call| call.contains("\n< "));
        let answers = calls.map(|call| call.split("\n\n").next().unwrap_or_default().to_owned());
        answers.collect()
    };
    let (expected, actual) = (of(expected), of(actual));
    let all = expected.len().max(actual.len());
    let differ = |at: &usize| expected.get(*at) != actual.get(*at);
    ((0..all).filter(differ).count(), all)
}

/// All lines, by the longest common subsequence.
fn edits(old: &[&str], new: &[&str]) -> Vec<String> {
    let mut longest = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] = if old[i] == new[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(format!("  {}", old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            lines.push(format!("- {}", old[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}", new[j]));
            j += 1;
        }
    }
    lines
}

#[test]
fn a_difference_shows_what_is_missing_and_what_is_new_with_what_is_around() {
    let lines = lines("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nd\ne\nF\ng\nh");

    assert_eq!(
        lines,
        ["  ...", "  d", "  e", "- f", "+ F", "  g", "+ h"].map(str::to_owned)[1..]
    );
}

#[test]
fn answers_are_compared_one_by_one() {
    let expected = "# Step [N1]\n> A\n{}\n< 200\n{}\n\n> B\n{}\n< 200\n{}\n";
    let other = expected.replace("> B\n{}\n< 200", "> B\n{}\n< 400");
    let short = "# Step [N1]\n> A\n{}\n< 200\n{}\n";

    assert_eq!(answers(expected, expected), (0, 2));
    assert_eq!(answers(expected, &other), (1, 2));
    assert_eq!(answers(expected, short), (1, 2));
}
