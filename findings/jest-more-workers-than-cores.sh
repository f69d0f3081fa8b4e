#!/usr/bin/env bash
# Package:  jest 30.5.2 (npm)
# Input:    `maxWorkers` of `100%` and of `150%`.
# Expected: The option takes a number or a string, and a percentage is a share of the cores (jestjs.io, Configuring Jest,
#           maxWorkers): half as many workers again as there are cores, as suites that mostly wait would want.
# Seen:     Up to `100%` it is a share. Beyond that the percent sign is dropped, without a word: `150%` is 150 workers.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts jest@30.5.2

cores=$(node --print 'os.availableParallelism()')
for share in 100% 150%; do
  workers=$(npx jest --showConfig --maxWorkers="$share" | node --print 'JSON.parse(fs.readFileSync(0)).globalConfig.maxWorkers')
  if [ "$workers" = "$cores" ]; then workers='one a core'; fi
  echo "$share: $workers"
done | tee actual
diff actual - <<'SEEN'
100%: one a core
150%: 150
SEEN
