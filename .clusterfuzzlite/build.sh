#!/usr/bin/env bash
# Builds the fuzz targets for ClusterFuzzLite and OSS-Fuzz: $OUT gets each program, its
# seeds and its dictionary. fuzz/oss-fuzz/build.sh calls this file.
set -euo pipefail
cd "$SRC/component-conformance"

# The containers choose a sanitizer; outside of them there is none.
sanitizer=${SANITIZER:-none}
[ "$sanitizer" != coverage ] || sanitizer=none

cargo +nightly fuzz build -O --debug-assertions --sanitizer "$sanitizer" \
    ${FUZZ_TARGET_DIR:+--target-dir "$FUZZ_TARGET_DIR"}

built=${FUZZ_TARGET_DIR:-target}/$(rustc +nightly -vV | sed -n 's/^host: //p')/release
for source in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$source" .rs)
    cp "$built/$target" "$OUT/"
    (cd "fuzz/seeds/$target" && zip -q -r "$OUT/${target}_seed_corpus.zip" .)
    dictionary="fuzz/dictionaries/$target.dict"
    [ ! -e "$dictionary" ] || cp "$dictionary" "$OUT/"
done
