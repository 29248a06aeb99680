#!/usr/bin/env bash
# Carries out what the containers of ClusterFuzzLite and OSS-Fuzz do, outside of them:
# builds with their build script into a temporary folder, and runs each target a
# little. Needs a nightly toolchain and cargo-fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SRC="$work/src" OUT="$work/out"
mkdir -p "$SRC" "$OUT"
ln -s "$PWD" "$SRC/component-conformance"

bash -n fuzz/oss-fuzz/build.sh
bash -n .clusterfuzzlite/build.sh

# As the containers call it: from the folder of the sources.
(cd "$SRC/component-conformance" && bash "$SRC/component-conformance/fuzz/oss-fuzz/build.sh")

failed=0
expect() { [ -e "$1" ] || { echo "missing: $1" >&2; failed=1; }; }
for source in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$source" .rs)
    expect "$OUT/$target"
    expect "$OUT/${target}_seed_corpus.zip"
    [ -x "$OUT/$target" ] || continue
    seeds="$work/seeds/$target"
    mkdir -p "$seeds"
    unzip -q -j "$OUT/${target}_seed_corpus.zip" -d "$seeds"
    options=(-runs=100 -timeout=60 -rss_limit_mb=4096)
    if [ -e "$OUT/$target.dict" ]; then options+=("-dict=$OUT/$target.dict"); fi
    # Runs beyond the seeds, which count as runs too.
    options[0]="-runs=$((100 + $(find "$seeds" -type f | wc -l)))"
    if (cd "$work" && "$OUT/$target" "${options[@]}" "$seeds" >"$work/$target.log" 2>&1); then
        echo "$target: $(grep -h '^Done' "$work/$target.log")"
    else
        echo "$target failed:" >&2
        tail -n 30 "$work/$target.log" >&2
        failed=1
    fi
done
exit "$failed"
