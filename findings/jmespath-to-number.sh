#!/usr/bin/env bash
# Packages: jmespath 0.16.0 and @metrichor/jmespath 0.3.1 (npm)
# Input:    to_number('') and to_number('0x10').
# Expected: JMESPath specification, "to_number": a string that conforms to JSON's number production becomes that number;
#           every other value becomes null. Neither string conforms.
# Seen:     both libraries answer 0 and 16: they use JavaScript's own conversion.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts jmespath@0.16.0 @metrichor/jmespath@0.3.1

cat > try.mjs <<'JS'
import metrichor from '@metrichor/jmespath';
import jmespath from 'jmespath';

for (const expression of ["to_number('5')", "to_number('x')", "to_number('')", "to_number('0x10')"])
  console.log(expression, jmespath.search({}, expression), metrichor.search({}, expression));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
to_number('5') 5 5
to_number('x') null null
to_number('') 0 0
to_number('0x10') 16 16
SEEN
