#!/usr/bin/env bash
# Package:  Azure.Data.Tables 12.13.0 (NuGet)
# Input:    a `DateTime` without a kind in both forms of `CreateQueryFilter`: `row => row.At >= time`, and `$"At ge {time}"`.
# Expected: one filter, or the NotSupportedException that this value gets when it is stored.
# Seen:     in Tokyo the two filters are nine hours apart: one takes the value as it stands, the other as local time.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > try.cs <<'CS'
#:package Azure.Data.Tables@12.13.0
#:property PublishAot=false
using Azure;
using Azure.Data.Tables;

foreach (var kind in new[] { DateTimeKind.Utc, DateTimeKind.Local, DateTimeKind.Unspecified })
{
    var time = new DateTime(2026, 1, 2, 3, 4, 5, kind);
    Console.WriteLine($"{kind} | {TableClient.CreateQueryFilter<Row>(row => row.At >= time)} | {TableClient.CreateQueryFilter($"At ge {time}")}");
}
try
{
    await new TableClient("UseDevelopmentStorage=true", "chat").AddEntityAsync(new Row { At = new DateTime(2026, 1, 2) });
}
catch (NotSupportedException error)
{
    Console.WriteLine($"stored | {error.GetType().Name}");
}

class Row : ITableEntity
{
    public string PartitionKey { get; set; } = "p";
    public string RowKey { get; set; } = "r";
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public DateTime At { get; set; }
}
CS
TZ=Asia/Tokyo dotnet run try.cs 2> /dev/null | tee actual
diff actual - <<'SEEN'
Utc | At ge datetime'2026-01-02T03:04:05Z' | At ge datetime'2026-01-02T03:04:05Z'
Local | At ge datetime'2026-01-02T03:04:05+09:00' | At ge datetime'2026-01-01T18:04:05Z'
Unspecified | At ge datetime'2026-01-02T03:04:05' | At ge datetime'2026-01-01T18:04:05Z'
stored | NotSupportedException
SEEN
