#!/usr/bin/env bash
# Package:  cron 4.4.0 (npm)
# Input:    `*/15 1-2 * * *` in Australia/Lord_Howe, the zone whose clocks change by half an hour: on 5 April 2026 at 02:00
#           (15:00 UTC on the 4th) back to 01:30. Each date is asked for with the one before as the start.
# Expected: `CronTime.getNextDateFrom(start)` gives a date after `start`.
# Seen:     for 15:00 UTC the answer is 14:45 UTC, a date before the start, instead of 15:15 UTC, which is 01:45 once more.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts cron@4.4.0

cat > try.mjs <<'JS'
import { CronTime } from 'cron';

const zone = 'Australia/Lord_Howe';
const time = new CronTime('*/15 1-2 * * *', zone);
let date = new Date('2026-04-04T14:30:00Z');
for (let step = 0; step < 3; step++) {
  date = time.getNextDateFrom(date, zone).toJSDate();
  console.log(date.toISOString());
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
2026-04-04T14:45:00.000Z
2026-04-04T15:00:00.000Z
2026-04-04T14:45:00.000Z
SEEN
