#!/usr/bin/env bash
# Packages: semver 7.8.6 (npm), NuGet.Versioning 8.0.0 (NuGet)
# Input:    pre-release versions with a date and time as their number: 1.0.0-20261128080000123 and ...124 (milliseconds), and
#           1.0.0-9999999999 and 1.0.0-10000000000.
# Expected: Semantic Versioning 2.0.0, 11.4.1: identifiers of digits only are compared numerically; no length is named. So
#           each pair is in ascending order, and a comparison answers a negative number.
# Seen:     semver compares doubles: the first pair is equal. NuGet.Versioning compares as text what is no Int32: the second
#           pair is in the wrong order.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts semver@7.8.6

cat > try.mjs <<'JS'
import semver from 'semver';

console.log('semver', semver.compare('1.0.0-20261128080000123', '1.0.0-20261128080000124'), semver.compare('1.0.0-9999999999', '1.0.0-10000000000'));
JS
cat > try.cs <<'CS'
#:package NuGet.Versioning@8.0.0
using NuGet.Versioning;

int Compare(string a, string b) => Math.Sign(SemanticVersion.Parse(a).CompareTo(SemanticVersion.Parse(b)));
Console.WriteLine($"NuGet {Compare("1.0.0-20261128080000123", "1.0.0-20261128080000124")} {Compare("1.0.0-9999999999", "1.0.0-10000000000")}");
CS
node try.mjs > actual
dotnet run try.cs 2> /dev/null >> actual
cat actual
diff actual - <<'SEEN'
semver 0 -1
NuGet -1 1
SEEN
