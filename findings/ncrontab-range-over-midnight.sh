#!/usr/bin/env bash
# Package:  NCrontab 3.4.0 (NuGet), which the timers of Azure Functions use; Cronos 0.13.0 beside it
# Input:    the schedules `0 22-2 * * *` and `0 0 * * SAT-MON`.
# Expected: a range over midnight or the weekend, as Cronos reads it, or an error, as other parsers give.
# Seen:     the ends are exchanged without a word: 2 to 22 o'clock, and Monday to Saturday. It runs when it should rest.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package NCrontab@3.4.0
#:package Cronos@0.13.0
#:property PublishAot=false
var from = new DateTime(2026, 11, 30, 0, 0, 0, DateTimeKind.Utc);
var hours = "0 22-2 * * *";
var days = "0 0 * * SAT-MON";
string Hours(IEnumerable<DateTime> times) => string.Join(" ", times.Select(time => time.Hour).Distinct().Order());
string Days(IEnumerable<DateTime> times) => string.Join(" ", times.Select(time => time.ToString("ddd", null)).Distinct());
Console.WriteLine($"Cronos   {hours}: {Hours(Cronos.CronExpression.Parse(hours).GetOccurrences(from, from.AddDays(7)))}");
Console.WriteLine($"NCrontab {hours}: {Hours(NCrontab.CrontabSchedule.Parse(hours).GetNextOccurrences(from, from.AddDays(7)))}");
Console.WriteLine($"Cronos   {days}: {Days(Cronos.CronExpression.Parse(days).GetOccurrences(from.AddSeconds(1), from.AddDays(7).AddSeconds(1)))}");
Console.WriteLine($"NCrontab {days}: {Days(NCrontab.CrontabSchedule.Parse(days).GetNextOccurrences(from.AddSeconds(1), from.AddDays(7).AddSeconds(1)))}");
CS
dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
Cronos   0 22-2 * * *: 0 1 2 22 23
NCrontab 0 22-2 * * *: 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22
Cronos   0 0 * * SAT-MON: Sat Sun Mon
NCrontab 0 0 * * SAT-MON: Tue Wed Thu Fri Sat Mon
SEEN
