#!/usr/bin/env bash
# What a crate pays that takes a mock as a dev-dependency: crates added to a tree that has
# aws-config, aws-sdk-cognitoidentity and tokio; the CPU time that the compiler spends on these crates
# in a clean debug build; and the seconds of that build.
#
#   benches/downstream.sh            # count and build
#   benches/downstream.sh --count    # count only
#   benches/downstream.sh wiremock   # only some
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

# The crates of a tree, with their versions.
crates() {
  cargo tree --manifest-path "$1" --edges normal,build --prefix none --format '{p}' |
    sed 's/ (.*//' | sort -u
}

# Runs the compiler, and writes down the name of the crate and the CPU seconds.
wrapper=$work/rustc
cat >"$wrapper" <<'BASH'
#!/usr/bin/env bash
name=
for ((i = 1; i < $#; i++)); do
  [[ ${!i} != --crate-name ]] || { next=$((i + 1)); name=${!next}; }
done
TIMEFORMAT='%U %S'
exec 3>&1 4>&2
spent=$({ time "$@" 1>&3 2>&4; } 2>&1) || code=$?
[[ -z $name ]] || echo "$name $spent" >>"$COMPILED"
exit "${code:-0}"
BASH
chmod +x "$wrapper"

count_only=
names=()
for argument in "$@"; do
  if [[ $argument == --count ]]; then count_only=1; else names+=("$argument"); fi
done
((${#names[@]})) || names=(mock-cognito-identity wiremock httpmock winterbaume)

base=0
echo '| dev-dependency | crates | added | CPU of the added | clean build |'
echo '| --- | ---: | ---: | ---: | ---: |'
for name in nothing "${names[@]}"; do
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
  crates "$crate/Cargo.toml" >"$work/$name.crates"
  count=$(wc -l <"$work/$name.crates")
  [[ $name == nothing ]] && base=$count
  took='–' cpu='–'
  if [[ ! $count_only ]]; then
    export COMPILED=$work/$name.compiled
    start=$(date +%s)
    RUSTC_WRAPPER=$wrapper cargo build --quiet --manifest-path "$crate/Cargo.toml" --target-dir "$work/target-$name"
    took="$(($(date +%s) - start)) s"
    rm -rf "$work/target-$name"
    # Build scripts have a name of their own and are left out: they are small.
    cpu=$(comm -13 "$work/nothing.crates" "$work/$name.crates" | sed 's/ .*//; s/-/_/g' |
      awk 'NR == FNR { added[$1]; next } $1 in added { sum += $2 + $3 } END { printf "%.1f s", sum }' - "$COMPILED")
  fi
  echo "| $name | $count | +$((count - base)) | $cpu | $took |"
done
