// Makes a look-up in Azurite's tables independent of the number of rows. Azurite answers the same, and its files stay the same.
//
// Azurite asks its store (LokiJS) for `{ PartitionKey, RowKey }`. The store uses the index of the first property alone, so
// each insert walks a whole partition. And it interprets the filter of a query for every row of the table.
// Source: azurite 3.35.0, dist/src/table/persistence/LokiTableMetadataStore.js; lokijs 1.5.12, `Resultset.find`; reported as
// Azurite#1117 and #2321. A test fails when a new version of Azurite makes this unnecessary.

/** The used part of a LokiJS collection. */
interface Collection {
  findOne(query: unknown): unknown;
  /** The first and the last position in the index of rows with that value. `[0, -1]` for none. */
  calculateRange(operator: '$eq', property: string, value: unknown): [number, number];
}

export interface Row {
  readonly PartitionKey: string;
  readonly RowKey: string;
}

type Matches = (row: Row) => boolean;

/** The used part of Azurite's module that makes a function of a query's filter. */
export interface QueryGenerator {
  generateQueryForPersistenceLayer(
    options: { readonly filter?: string | undefined },
    context: unknown,
  ): Matches;
}

/** @param generator Azurite's, changed in place, as is the prototype of `collections` */
export function speedUpLookups(
  collections: { readonly prototype: Collection },
  generator: QueryGenerator,
): void {
  const { findOne } = collections.prototype;
  collections.prototype.findOne = function (this: Collection, query) {
    return findOne.call(this, isKeys(query) ? fewerFirst(this, query) : query);
  };
  const { generateQueryForPersistenceLayer: generate } = generator;
  generator.generateQueryForPersistenceLayer = (options, context) => {
    const matches = generate(options, context);
    const mayMatch = toKeyCheck(options.filter ?? '');
    return (row) => mayMatch(row) && matches(row);
  };
}

function isKeys(query: unknown): query is Row {
  if (typeof query !== 'object' || query === null) return false;
  return Object.keys(query).join() === 'PartitionKey,RowKey';
}

/** The property that fewer rows share comes first. The store walks those rows. */
function fewerFirst(collection: Collection, { PartitionKey, RowKey }: Row): object {
  const sizeOf = (property: string, value: string) => {
    const [first, last] = collection.calculateRange('$eq', property, value);
    return last - first;
  };
  return sizeOf('RowKey', RowKey) < sizeOf('PartitionKey', PartitionKey)
    ? { RowKey, PartitionKey }
    : { PartitionKey, RowKey };
}

// A string of OData: a quote in it is doubled.
const KEYS =
  /^PartitionKey eq '((?:[^']|'')*)'(?: and RowKey ge '((?:[^']|'')*)')?(?: and RowKey lt '((?:[^']|'')*)')?(?: and \w+ eq true)?$/;

/**
 * A quick check that no matching row fails: the keys of a query for a partition, or for a range in it, in the form in which the
 * functions ask. For other filters every row may match.
 */
export function toKeyCheck(filter: string): Matches {
  const [, partition, from, to] = KEYS.exec(filter)?.map(fromQuoted) ?? [];
  if (partition === undefined) return () => true;
  return ({ PartitionKey, RowKey }) =>
    PartitionKey === partition &&
    (from === undefined || RowKey >= from) &&
    (to === undefined || RowKey < to);
}

function fromQuoted(text: string | undefined): string | undefined {
  return text?.replaceAll("''", "'");
}
