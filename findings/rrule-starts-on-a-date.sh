#!/usr/bin/env bash
# Package:  rrule 2.8.1 (npm)
# Input:    `DTSTART;VALUE=DATE:20260101` with `RRULE:FREQ=DAILY;COUNT=2`, as calendars write events of whole days.
# Expected: RFC 5545, 3.8.2.4: DTSTART may be a DATE. So the days 2026-01-01 and 2026-01-02.
# Seen:     the start is not read, and nothing is said: the rule begins at the moment of the call.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts rrule@2.8.1

cat > try.mjs <<'JS'
import rrule from 'rrule';

const today = new Date().toISOString().slice(0, 10);
for (const start of ['DTSTART:20260101T000000Z', 'DTSTART;VALUE=DATE:20260101']) {
  const [first] = rrule.rrulestr(`${start}\nRRULE:FREQ=DAILY;COUNT=2`).all();
  const day = first.toISOString().slice(0, 10);
  console.log(start, '|', day === today ? 'today' : day);
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
DTSTART:20260101T000000Z | 2026-01-01
DTSTART;VALUE=DATE:20260101 | today
SEEN
