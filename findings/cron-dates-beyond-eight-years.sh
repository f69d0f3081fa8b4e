#!/usr/bin/env bash
# Package:  cron 4.4.0 (npm)
# Input:    a yearly schedule, `0 0 1 1 *`, and its next 5 and its next 10 dates.
# Expected: README: `nextDates(count)` supplies an array of upcoming dates; no limit is named.
# Seen:     ten throw, "No execution date was found in the next 8 years". The limit counts from now, not from the date
#           before, so every schedule has dates that can be reached by waiting only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts cron@4.4.0

cat > try.mjs <<'JS'
import { CronJob } from 'cron';

const job = CronJob.from({ cronTime: '0 0 1 1 *', onTick() {}, timeZone: 'UTC' });
for (const count of [5, 10])
  try {
    console.log(count, job.nextDates(count).length);
  } catch (error) {
    console.log(count, error.message.split('\n')[0]);
  }
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
5 5
10 Something went wrong. No execution date was found in the next 8 years.
SEEN
