#!/usr/bin/env bash
# Package:  Tomlyn 2.10.2 (NuGet)
# Input:    `a = 1979-05-27T07:32:00.999999999Z`
# Expected: TOML 1.0, "Offset Date-Time": what is more precise than the implementation is truncated. So .9999999.
# Seen:     an error: the date does not follow RFC 3339, which has no limit of digits.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Tomlyn@2.10.2
#:property PublishAot=false
foreach (var digits in new[] { "999", "9999999", "99999999", "999999999" })
{
    var read = "read";
    try { Tomlyn.TomlSerializer.Deserialize<Tomlyn.Model.TomlTable>($"a = 1979-05-27T07:32:00.{digits}Z"); }
    catch (Tomlyn.TomlException) { read = "error"; }
    Console.WriteLine($"{digits.Length} digits: {read}");
}
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
3 digits: read
7 digits: read
8 digits: error
9 digits: error
SEEN
