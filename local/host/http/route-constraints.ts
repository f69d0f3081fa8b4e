// The inline constraints of ASP.NET Core routing: `{id:int}`, `{name:length(1,20)}`. Pure.
// Source: aspnetcore, RouteOptions (GetDefaultConstraintMap).

export interface Constraint {
  test(value: string): boolean;
  /** A value that fits the constraint, if one is known. */
  readonly sample: string | undefined;
}

const INTEGER = /^\s*[+-]?\d+\s*$/;
const DECIMAL = /^\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const GUID =
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\))$/i;

/** Throws for a constraint that ASP.NET Core does not have, or with the wrong arguments. `template` is for the message. */
export function parseConstraint(text: string, template: string): Constraint {
  const [, name = '', , args] = /^([a-z]+)(\((.*)\))?$/is.exec(text) ?? [];
  const numbers = (args ?? '').split(',').map(Number);
  const [first = Number.NaN, second = first] = numbers;
  const needsNumbers = /^(minlength|maxlength|length|min|max|range)$/i.test(name);
  if (needsNumbers && (args === undefined || numbers.some(Number.isNaN))) {
    throw unusable(text, template, 'it needs numbers in brackets');
  }

  switch (name.toLowerCase()) {
    case 'int':
      return of('1', (value) => isInteger(value, 32));
    case 'long':
      return of('1', (value) => isInteger(value, 64));
    case 'decimal':
    case 'double':
    case 'float':
      return of('1', (value) => DECIMAL.test(value));
    case 'bool':
      return of('true', (value) => /^\s*(true|false)\s*$/i.test(value));
    case 'datetime':
      return of('2020-01-01', (value) => !Number.isNaN(Date.parse(value)));
    case 'guid':
      return of('00000000-0000-0000-0000-000000000000', (value) => GUID.test(value));
    case 'alpha':
      return of('a', (value) => /^[a-z]*$/i.test(value));
    case 'required':
      return of(undefined, (value) => value !== '');
    case 'minlength':
      return of('x'.repeat(first), (value) => value.length >= first);
    case 'maxlength':
      return of('x', (value) => value.length <= first);
    case 'length':
      return of('x'.repeat(first), (value) => value.length >= first && value.length <= second);
    case 'min':
      return of(String(first), (value) => isInteger(value, 64) && Number(value) >= first);
    case 'max':
      return of(String(first), (value) => isInteger(value, 64) && Number(value) <= first);
    case 'range':
      return of(
        String(first),
        (value) => isInteger(value, 64) && Number(value) >= first && Number(value) <= second,
      );
    case 'regex':
      return toRegexConstraint(args, text, template);
    case 'file':
      return of('a.txt', isFile);
    case 'nonfile':
      return of('a', (value) => !isFile(value));
    default:
      throw unusable(text, template, 'there is no such constraint');
  }
}

function of(sample: string | undefined, test: (value: string) => boolean): Constraint {
  return { sample, test };
}

function isInteger(value: string, bits: 32 | 64): boolean {
  if (!INTEGER.test(value)) return false;
  return (
    BigInt.asIntN(bits, BigInt(value.trim().replace(/^\+/, ''))) ===
    BigInt(value.trim().replace(/^\+/, ''))
  );
}

function isFile(value: string): boolean {
  const last = value.slice(value.lastIndexOf('/') + 1);
  const dot = last.lastIndexOf('.');
  return dot >= 0 && dot < last.length - 1;
}

function toRegexConstraint(args: string | undefined, text: string, template: string): Constraint {
  try {
    const pattern = new RegExp(args ?? '', 'iu');
    return of(undefined, (value) => pattern.test(value));
  } catch {
    throw unusable(text, template, 'its pattern is no regular expression');
  }
}

function unusable(text: string, template: string, reason: string): Error {
  return new Error(
    `unable to use constraint ${JSON.stringify(text)} of route ${template}; ${reason}. Use int, guid, alpha, length(1,20) or the like.`,
  );
}
