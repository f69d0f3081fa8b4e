#!/usr/bin/env bash
# Package:  msgpack5 6.1.0, @msgpack/msgpack 3.1.3 (npm)
# Input:    a `Date` with milliseconds in the last minutes before 2106-02-07T06:28:16Z, and the `Date` 2514-05-30T01:53:04Z.
# Expected: the MessagePack specification, "Timestamp extension type": a timestamp 64 holds seconds up to 2^34 - 1 and nanoseconds,
#           a timestamp 96 what is later. So each date arrives as it was sent.
# Seen:     the first dates arrive 136 years later, the last one as 1970. The bytes are wrong: @msgpack/msgpack reads the same.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts msgpack5@6.1.0 @msgpack/msgpack@3.1.3

cat > try.mjs <<'JS'
import { decode, encode } from '@msgpack/msgpack';
import msgpack5 from 'msgpack5';

const five = msgpack5();
const dates = ['2106-02-07T06:20:00.500Z', '2106-02-07T06:28:15.500Z', '2106-02-07T06:28:16.500Z', '2514-05-30T01:53:03.000Z', '2514-05-30T01:53:04.000Z'];
for (const date of dates) {
  const bytes = five.encode(new Date(date)).slice();
  const [own, other] = [five.decode(bytes), decode(bytes)];
  const right = decode(encode(new Date(date))).toISOString() === date;
  console.log(date, '| msgpack5 to itself', own.toISOString(), '| to the other', other.toISOString(), '| the other to itself', right);
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
2106-02-07T06:20:00.500Z | msgpack5 to itself 2242-03-16T12:48:16.500Z | to the other 2242-03-16T12:48:16.500Z | the other to itself true
2106-02-07T06:28:15.500Z | msgpack5 to itself 2242-03-16T12:56:31.500Z | to the other 2242-03-16T12:56:31.500Z | the other to itself true
2106-02-07T06:28:16.500Z | msgpack5 to itself 2106-02-07T06:28:16.500Z | to the other 2106-02-07T06:28:16.500Z | the other to itself true
2514-05-30T01:53:03.000Z | msgpack5 to itself 2514-05-30T01:53:03.000Z | to the other 2514-05-30T01:53:03.000Z | the other to itself true
2514-05-30T01:53:04.000Z | msgpack5 to itself 1970-01-01T00:00:00.000Z | to the other 1970-01-01T00:00:00.000Z | the other to itself true
SEEN
