#!/usr/bin/env bash
# Package:  cron-parser 5.10.6 (npm)
# Input:    `0 0 * * 0,7` and `0,0 0 * * *`.
# Expected: the README's table: day of week is 0-7 with `,`, and "0 or 7 is Sunday". crontab(5): a list is a set of numbers
#           or ranges; naming one twice adds nothing.
# Seen:     both throw "duplicate values found"; the range `0-7`, which names Sunday twice as well, is taken.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts cron-parser@5.10.6

cat > try.mjs <<'JS'
import { CronExpressionParser } from 'cron-parser';

for (const expression of ['0 0 * * 0-7', '0 0 * * 0,7', '0,0 0 * * *'])
  try {
    console.log(expression, '|', CronExpressionParser.parse(expression).stringify());
  } catch (error) {
    console.log(expression, '|', error.message);
  }
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
0 0 * * 0-7 | 0 0 * * 0-6
0 0 * * 0,7 | CronDayOfWeek Validation error, duplicate values found: 0
0,0 0 * * * | CronMinute Validation error, duplicate values found: 0
SEEN
