#!/usr/bin/env bash
# What a crate pays that takes a mock as a dev-dependency: crates added to a tree that has
# aws-config, aws-sdk-cognitoidentity and tokio, and seconds of a clean debug build.
#
#   benches/downstream.sh            # count and build
#   benches/downstream.sh --count    # count only
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A candidates=(
  [nothing]=''
  [mock-cognito-identity]="mock-cognito-identity = { path = \"$here\" }"
  [wiremock]='wiremock = "0.6"'
  [httpmock]='httpmock = "0.9"'
  [winterbaume]='winterbaume-core = "0.2"
winterbaume-cognitoidentity = "0.2"'
)

crates() {
  cargo tree --manifest-path "$1" --edges normal,build --prefix none --format '{p}' |
    sed 's/ (.*//' | sort -u | wc -l
}

base=0
echo '| dev-dependency | crates | added | clean build |'
echo '| --- | ---: | ---: | ---: |'
for name in nothing mock-cognito-identity wiremock httpmock winterbaume; do
  crate=$work/$name
  mkdir -p "$crate/src"
  echo 'fn main() {}' >"$crate/src/main.rs"
  cat >"$crate/Cargo.toml" <<TOML
[workspace]

[package]
name = "downstream"
version = "0.0.0"
edition = "2024"

[dependencies]
aws-config = { version = "1", features = ["behavior-version-latest"] }
aws-sdk-cognitoidentity = "1"
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
${candidates[$name]}
TOML
  cargo fetch --quiet --manifest-path "$crate/Cargo.toml"
  count=$(crates "$crate/Cargo.toml")
  [[ $name == nothing ]] && base=$count
  took='–'
  if [[ ${1-} != --count ]]; then
    start=$(date +%s)
    cargo build --quiet --manifest-path "$crate/Cargo.toml" --target-dir "$work/target-$name"
    took="$(($(date +%s) - start)) s"
    rm -rf "$work/target-$name"
  fi
  echo "| $name | $count | +$((count - base)) | $took |"
done
