#!/usr/bin/env bash
# Package:  notepack.io 3.0.1 (npm); @msgpack/msgpack 3.1.3 beside it
# Input:    the numbers 2^64, 1e20 and -1e20. Each is a JavaScript number without a fraction, and a double holds it exactly.
# Expected: MessagePack specification, "int format family": 64 bits at most; a larger number is a float (float 64 holds each
#           of these exactly). The README promises an implementation of that specification.
# Seen:     notepack takes every number without a fraction for an integer and keeps its lowest 64 bits. Nothing is thrown.
#           2^64 arrives as 0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts notepack.io@3.0.1 @msgpack/msgpack@3.1.3

cat > try.mjs <<'JS'
import { decode, encode } from '@msgpack/msgpack';
import notepack from 'notepack.io';

for (const number of [2 ** 64, 1e20, -1e20])
  console.log(number, '->', decode(notepack.encode(number)), '| @msgpack/msgpack:', decode(encode(number)));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
18446744073709552000 -> 0 | @msgpack/msgpack: 18446744073709552000
100000000000000000000 -> 7766279631452242000 | @msgpack/msgpack: 100000000000000000000
-100000000000000000000 -> -7766279631452242000 | @msgpack/msgpack: -100000000000000000000
SEEN
