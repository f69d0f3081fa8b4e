#!/usr/bin/env bash
# Package:  compare-versions 6.1.1 (npm)
# Input:    pre-releases named after a commit: 1.0.0-5abc and 1.0.0-5def.
# Expected: README: the full semver specification. Semantic Versioning 2.0.0, 11.4.2: identifiers with letters are compared
#           in ASCII order, so the first is lower; 11.4.3: a number is lower than either.
# Seen:     an identifier is read as the number that it begins with: the two are equal, and both are below 1.0.0-10.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts compare-versions@6.1.1

cat > try.mjs <<'JS'
import { compareVersions } from 'compare-versions';

console.log(compareVersions('1.0.0-abc', '1.0.0-def'), compareVersions('1.0.0-5abc', '1.0.0-5def'), compareVersions('1.0.0-5abc', '1.0.0-10'));
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
-1 0 -1
SEEN
