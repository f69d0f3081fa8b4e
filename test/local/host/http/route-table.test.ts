import { describe, expect, test } from '@jest/globals';
import { createRouteTable } from '../../../../local/host/http/route-table.ts';
import { matchTemplate, parseTemplate } from '../../../../local/host/http/route-template.ts';

describe('a template', () => {
  test.each<[template: string, path: string, params: object | undefined]>([
    ['a/b', '/A/b/', {}],
    ['a/b', '/a', undefined],
    ['a/b', '/a/b/c', undefined],
    ['', '/', {}],
    ['', '/a', undefined],
    ['{x}', '/1', { x: '1' }],
    ['{x}', '/', undefined],
    ['a/{x?}', '/a', {}],
    ['a/{x=7}', '/a', { x: '7' }],
    ['a/{x}/{y?}', '/a//', undefined],
    ['{*rest}', '/', {}],
    ['{*rest}', '/a/b', { rest: 'a/b' }],
    ['{*rest}', '/a//b/', { rest: 'a//b/' }],
    ['{*rest}', '//', undefined],
    ['{*rest}', '//a', undefined],
    ['a/{*rest}', '/a//b', undefined],
    ['a/{x}', '/a/b//', undefined],
    ['', '//', undefined],
    ['a/{**rest}', '/a', {}],
    ['{a}-{b}', '/x-y-z', { a: 'x-y', b: 'z' }],
    ['v{n}.json', '/v12.json', { n: '12' }],
    ['{name}.{ext?}', '/a.b.c', { name: 'a.b', ext: 'c' }],
    ['{name}.{ext?}', '/a', { name: 'a' }],
    ['{{x}}', '/{x}', {}],
    ['{id:int}', '/-5', { id: '-5' }],
    ['{id:int}', '/2147483648', undefined],
    ['{id:long}', '/2147483648', { id: '2147483648' }],
    ['{id:int?}', '/', {}],
    ['{id:int?}', '/x', undefined],
    ['{id:int:min(3)}', '/2', undefined],
    ['{id:range(1,3)}', '/3', { id: '3' }],
    ['{id:range(1,3)}', '/4', undefined],
    ['{id:guid}', '/00000000-0000-0000-0000-00000000000g', undefined],
    ['{x:alpha}', '/abc', { x: 'abc' }],
    ['{x:alpha}', '/a1', undefined],
    ['{x:length(2,3)}', '/abcd', undefined],
    ['{x:length(2)}', '/ab', { x: 'ab' }],
    ['{x:minlength(2):maxlength(3)}', '/a', undefined],
    ['{x:bool}', '/TRUE', { x: 'TRUE' }],
    ['{x:double}', '/1.5', { x: '1.5' }],
    ['{x:datetime}', '/2026-01-02', { x: '2026-01-02' }],
    ['{x:file}', '/a.txt', { x: 'a.txt' }],
    ['{*x:nonfile}', '/a/b.txt', undefined],
    ['{x:regex(^[a-c]{{2}}$)}', '/ab', { x: 'ab' }],
    ['{x:regex(^[a-c]{{2}}$)}', '/ad', undefined],
    ['{x:max(5)=3}', '/', { x: '3' }],
  ])('%s on %s gives %j', (template, path, params) => {
    expect(matchTemplate(parseTemplate(template), path)).toEqual(params);
  });

  test.each([
    '{',
    'a}',
    '{}',
    '{a}{b}',
    '{a}/{a}',
    '{*a}/b',
    'a//b',
    '{x:nothing}',
    '{x:min(a)}',
    '{x:min}',
    '{x:regex([)}',
    '{x=1?}',
    '{*x?}',
  ])('%j is refused', (template) => {
    expect(() => parseTemplate(template)).toThrow(/^unable to use (route template|constraint) /);
  });
});

describe('the table', () => {
  const route = (functionName: string, template: string, ...methods: string[]) => ({
    functionName,
    template,
    methods: methods.length > 0 ? methods : ['GET'],
  });

  test('is in the order of function names, in any letter case', () => {
    const table = createRouteTable([route('C', 'one'), route('b', '{x}'), route('A', 'other')]);
    expect(table.match('GET', '/one')?.route.functionName).toBe('b');
  });

  test('skips a route with another method', () => {
    const table = createRouteTable([route('a', '{x}', 'POST'), route('b', 'one')]);
    expect(table.match('GET', '/one')?.route.functionName).toBe('b');
    expect(table.match('PUT', '/one')).toBeUndefined();
  });

  test.each<[string, ReturnType<typeof route>[], number]>([
    ['a parameter before a literal', [route('a', 'x/{id}'), route('b', 'x/mine')], 1],
    ['a catch-all before anything', [route('a', '{*path}'), route('b', 'x/{id}')], 1],
    ['two parameters', [route('a', 'x/{id}'), route('b', 'x/{name}')], 1],
    ['a literal before a parameter', [route('a', 'x/mine'), route('b', 'x/{id}')], 0],
    ['a parameter before a catch-all', [route('a', '{x}'), route('b', '{*path}')], 0],
    ['a required one before an optional one', [route('a', 'x/{id}'), route('b', 'x/{id?}')], 0],
    [
      'a constraint that the other cannot pass',
      [route('a', 'x/{id:int}'), route('b', 'x/mine')],
      0,
    ],
    ['other methods', [route('a', '{x}', 'POST'), route('b', 'one', 'GET')], 0],
  ])('warns of a hidden route: %s', (_what, routes, count) => {
    expect(createRouteTable(routes).warnings).toHaveLength(count);
  });

  test.each<[string, ReturnType<typeof route>[], string]>([
    ['the same route and method', [route('a', 'X/{id}'), route('b', 'x/{id}')], 'b'],
    ['the host’s own paths', [route('a', 'Admin/x')], 'a'],
    ['a template that is none', [route('a', '{')], 'a'],
  ])('leaves out a function for %s, and serves the others', (_what, routes, name) => {
    const table = createRouteTable([...routes, route('z', 'fine')]);
    expect([...table.errors.keys()]).toEqual([name]);
    expect(table.match('GET', '/fine')?.route.functionName).toBe('z');
  });
});
