//! Who imports whom in `src`: as the table in ARCHITECTURE.md says, and never in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A module as its path from the root of the crate: `["wire", "sts"]`.
type Module = Vec<String>;

/// The files of `src`, each with what it says outside of its tests.
struct Sources(BTreeMap<Module, String>);

impl Sources {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut sources = Self(BTreeMap::new());
        sources.read_folder(&root, &[]);
        assert!(
            sources.0.len() > 50,
            "only {} files are read",
            sources.0.len()
        );
        sources
    }

    fn read_folder(&mut self, folder: &Path, module: &[String]) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut child = module.to_vec();
            if name != "mod" && name != "lib" {
                child.push(name);
            }
            if path.is_dir() {
                self.read_folder(&path, &child);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                self.0.insert(child, code.to_owned());
            }
        }
        // A module that only tests have.
        let parent = self.0.get(module).cloned().unwrap_or_default();
        let test_only = parent.split("#[cfg(test)]\n").skip(1);
        for declaration in test_only.filter_map(|rest| rest.lines().next()) {
            let name = declaration
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("mod ");
            let mut child = module.to_vec();
            child.push(name.trim_end_matches(';').to_owned());
            self.0.remove(&child);
        }
    }

    /// The file that a path leads to, seen from `from`, through re-exports. Nothing for what is
    /// not of this crate.
    fn resolve(&self, from: &[String], path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.to_vec(),
            "super" => from[..from.len() - 1].to_vec(),
            _ => {
                let mut child = from.to_vec();
                child.push(first.clone());
                self.0.get(&child)?;
                child
            }
        };
        for name in rest {
            if name == "super" {
                at.pop();
                continue;
            }
            let mut child = at.clone();
            child.push(name.clone());
            if self.0.contains_key(&child) {
                at = child;
                continue;
            }
            let exports = imports(&self.0[&at]).filter(|import| import.is_re_export);
            let exports: Vec<Import> = exports.collect();
            let export = exports
                .iter()
                .find(|export| export.path.last() == Some(name));
            return match export {
                Some(export) => self.resolve(&at, &export.path),
                None => Some(at),
            };
        }
        Some(at)
    }

    /// Which files a file imports from.
    fn imported_by(&self, module: &Module) -> BTreeSet<Module> {
        let imports = imports(&self.0[module]).filter(|import| !import.is_re_export);
        let mut files: BTreeSet<_> = imports
            .filter_map(|import| self.resolve(module, &import.path))
            .collect();
        files.remove(module);
        files
    }
}

struct Import {
    path: Vec<String>,
    is_re_export: bool,
}

/// The `use` declarations of a file, one for each name, and the paths in its code that begin with
/// `crate::`.
fn imports(code: &str) -> impl Iterator<Item = Import> {
    let mut imports = Vec::new();
    let lines: Vec<&str> = code.lines().map(str::trim_start).collect();
    let without_comments = lines
        .into_iter()
        .filter(|line| !line.starts_with("//") && !line.starts_with("#["))
        .collect::<Vec<_>>()
        .join("\n");
    for statement in without_comments.split(';') {
        let statement = statement.trim();
        let start = statement
            .rfind("\n")
            .map_or(0, |_| statement.find("use ").unwrap_or(0));
        let statement = &statement[start..];
        let (is_re_export, tree) = match statement.split_once("use ") {
            Some(("", tree)) => (false, tree),
            Some(("pub " | "pub(crate) " | "pub(super) ", tree)) => (true, tree),
            _ => {
                for (at, _) in statement.match_indices("crate::") {
                    let path = statement[at..]
                        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
                        .next();
                    let path = path.unwrap_or_default().split("::");
                    imports.push(Import {
                        path: path.map(str::to_owned).collect(),
                        is_re_export: false,
                    });
                }
                continue;
            }
        };
        let mut paths = Vec::new();
        expand(&[], tree, &mut paths);
        imports.extend(paths.into_iter().map(|path| Import { path, is_re_export }));
    }
    imports.into_iter()
}

/// `a::{b, c::d}` as `a::b` and `a::c::d`.
fn expand(prefix: &[String], tree: &str, paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let (head, group) = match tree.split_once('{') {
        Some((head, group)) => (head, group.strip_suffix('}')),
        None => (tree, None),
    };
    let mut path = prefix.to_vec();
    let names = head
        .split("::")
        .map(str::trim)
        .filter(|name| !name.is_empty());
    path.extend(names.map(|name| name.split(" as ").next().unwrap().to_owned()));
    let Some(group) = group else {
        if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
            path.pop();
        }
        paths.push(path);
        return;
    };
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices().chain([(group.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !group[start..at].trim().is_empty() {
                    expand(&path, &group[start..at], paths);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// The table of ARCHITECTURE.md: each module, and what it may import.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let text = fs::read_to_string(path).unwrap();
    let names = |cell: &str| -> BTreeSet<String> {
        let quoted = cell.split('`').skip(1).step_by(2);
        quoted
            .map(|name| name.trim_end_matches('/').to_owned())
            .collect()
    };
    let mut table = BTreeMap::new();
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').collect();
        for module in names(cells[1]) {
            assert!(
                table.insert(module.clone(), names(cells[3])).is_none(),
                "ARCHITECTURE.md lists `{module}` twice"
            );
        }
    }
    table
}

#[test]
fn modules_import_what_the_table_in_architecture_md_allows() {
    let (sources, table) = (Sources::read(), table());
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for module in sources.0.keys().filter(|module| !module.is_empty()) {
        let used = used.entry(module[0].clone()).or_default();
        let imported = sources.imported_by(module).into_iter();
        used.extend(imported.filter_map(|file| file.first().cloned()));
        used.remove(&module[0]);
    }

    assert_eq!(used, table, "left: what src does, right: ARCHITECTURE.md");
}

#[test]
fn files_import_each_other_in_no_circle() {
    let sources = Sources::read();
    let mut left: BTreeMap<&Module, BTreeSet<Module>> = sources
        .0
        .keys()
        .filter(|module| !module.is_empty())
        .map(|module| (module, sources.imported_by(module)))
        .collect();
    // Takes away what imports nothing that is left, as long as there is such a file.
    loop {
        let before = left.len();
        let names: BTreeSet<Module> = left.keys().map(|module| (*module).clone()).collect();
        left.retain(|_, imported| !imported.is_disjoint(&names));
        if left.len() == before {
            break;
        }
    }

    let circles = left.iter().flat_map(|(module, imported)| {
        let in_circle = imported
            .iter()
            .filter(|imported| left.contains_key(imported));
        in_circle.map(move |imported| format!("{} -> {}", module.join("/"), imported.join("/")))
    });
    assert!(
        left.is_empty(),
        "these imports form a circle: {:#?}",
        circles.collect::<Vec<_>>()
    );
}
