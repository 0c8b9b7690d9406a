import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';

import type { Parameter, Schema } from '../src/data';
import { callForm } from '../src/views/form';
import { parsed, where } from '../src/views/jsontext';
import { example, misfit, type Definitions } from '../src/views/schema';
import { serious } from './kit';

const POINT: Definitions = {
  Point: { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } }, required: ['x'], additionalProperties: false },
  Mode: { enum: ['FAST', 'SLOW'] }
};

const parameter = (name: string, schema: Schema, more: Partial<Parameter> = {}): Parameter => ({ name, annotation: String(schema['type']), schema, required: true, ...more });

const optional = (name: string, schema: Schema, value: unknown): Parameter => parameter(name, schema, { required: false, default: value });

function formed(parameters: Parameter[]) {
  const run = vi.fn<(args: string) => void>();
  const form = callForm(parameters, POINT, 'Run', run);
  document.body.replaceChildren(form);
  const input = (name: string) => {
    const label = [...form.querySelectorAll('label')].find(one => one.textContent?.startsWith(`${name} `));
    return form.querySelector<HTMLInputElement>(`[id="${label?.getAttribute('for')}"]`) as HTMLInputElement;
  };
  const submit = () => form.dispatchEvent(new Event('submit', { cancelable: true }));
  const wrong = () => [...form.querySelectorAll('.hnb-wrong')].map(one => one.textContent);
  const given = () => run.mock.calls.map(([args]) => JSON.parse(args) as unknown);
  return { form, input, submit, wrong, run, given };
}

beforeEach(() => document.body.replaceChildren());

test('each type has its kind of field', () => {
  const { input } = formed([
    parameter('seq', { type: 'string' }),
    parameter('n', { type: 'integer' }),
    parameter('yes', { type: 'boolean' }),
    parameter('mode', { enum: ['fast', 'slow'] }),
    parameter('way', { $ref: '#/$defs/Mode' }),
    parameter('items', { type: 'array', items: { type: 'integer' } })
  ]);
  const kinds = ['seq', 'n', 'yes', 'mode', 'way', 'items'].map(name => input(name).type);
  expect(kinds).toEqual(['textarea', 'text', 'checkbox', 'select-one', 'select-one', 'textarea']);
  expect([...input('way').querySelectorAll('option')].map(one => one.textContent)).toEqual(['FAST', 'SLOW']);
});

test('a form gives each type its value, and leaves defaults out', () => {
  const { input, submit, given } = formed([
    parameter('seq', { type: 'string' }),
    parameter('n', { type: 'integer' }),
    parameter('x', { type: 'number' }),
    parameter('yes', { type: 'boolean' }),
    parameter('mode', { enum: ['fast', 'slow'] }),
    parameter('items', { type: 'array', items: { type: 'integer' } }),
    optional('limit', { type: 'integer' }, 3),
    optional('flag', { type: 'boolean' }, true),
    optional('word', { type: 'string' }, 'hello')
  ]);
  input('seq').value = 'GATTACA';
  input('n').value = '-42';
  input('x').value = '.5';
  input('mode').value = '1';
  input('items').value = '[1, 2]';
  submit();
  input('limit').value = '4';
  input('flag').checked = false;
  input('word').value = '';
  submit();
  const first = { seq: 'GATTACA', n: -42, x: 0.5, yes: false, mode: 'slow', items: [1, 2] };
  expect(given()).toEqual([first, { ...first, limit: 4, flag: false, word: '' }]);
});

test('digits that JavaScript cannot hold go through whole', () => {
  const { input, submit, run } = formed([parameter('n', { type: 'integer' }), parameter('many', { type: 'array', items: { type: 'integer' } })]);
  input('n').value = '9007199254740993';
  input('many').value = '[9007199254740993]';
  submit();
  expect(run.mock.calls[0]?.[0]).toBe('{\n  "n": 9007199254740993,\n  "many": [9007199254740993]\n}');
});

test.each([
  ['inf', { $float: 'inf' }],
  ['-inf', { $float: '-inf' }],
  ['nan', { $float: 'nan' }],
  ['1e3', 1000],
  ['+2', 2]
])('the number %s', (typed, value) => {
  const { input, submit, given } = formed([parameter('x', { type: 'number' })]);
  input('x').value = typed;
  submit();
  expect(given()).toEqual([{ x: value }]);
});

test('a field that may be None has a box for it, which typing takes away', () => {
  const { form, input, submit, given } = formed([
    optional('limit', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, null),
    parameter('name', { anyOf: [{ type: 'string' }, { type: 'null' }] })
  ]);
  const [first, second] = [...form.querySelectorAll<HTMLInputElement>('.hnb-none input')];
  expect([first?.checked, second?.checked]).toEqual([true, false]);
  (second as HTMLInputElement).checked = true;
  submit();
  input('limit').value = '7';
  input('limit').dispatchEvent(new Event('input'));
  (second as HTMLInputElement).checked = false;
  submit();
  expect(given()).toEqual([{ name: null }, { limit: 7, name: '' }]);
});

test.each([
  [{ type: 'integer' }, '1.5', 'a whole number is needed'],
  [{ type: 'integer' }, '', 'a value is needed'],
  [{ type: 'number' }, 'much', 'a number is needed'],
  [{ type: 'string', contentEncoding: 'base64' }, 'a', 'base64 text is needed'],
  [{ type: 'array', items: { type: 'string' } }, '{"a": 1}', 'a list is needed'],
  [{ type: 'array', items: { type: 'string' } }, '["a", 2]', '[1]: text is needed'],
  [{ type: 'array', items: { type: 'string' } }, '', 'JSON is needed, such as ["text"]'],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, '{"a": "b"}', '["a"]: a whole number is needed'],
  [{ $ref: '#/$defs/Point' }, '{"y": 1}', '"x" is missing'],
  [{ $ref: '#/$defs/Point' }, '{"x": 1, "z": 1}', '["z"]: there is no such field'],
  [{ type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }] }, '[1]', '2 items are needed, not 1'],
  [{ anyOf: [{ type: 'integer' }, { type: 'array' }] }, '"a"', 'a whole number or a list is needed'],
  [{ type: 'array' }, '[1,\n 2,,]', 'not JSON at line 2, column 4: a value is needed here'],
  [{ type: 'array' }, "['a']", 'not JSON at column 2: text stands in double quotes']
] as [Schema, string, string][])('%o refuses %j', (schema, typed, told) => {
  const { input, submit, wrong, run } = formed([parameter('p', schema)]);
  input('p').value = typed;
  submit();
  expect(run).not.toHaveBeenCalled();
  expect(wrong()[0]).toContain(told);
  expect(document.activeElement).toBe(input('p'));
  expect(input('p').getAttribute('aria-invalid')).toBe('true');
  expect(document.getElementById(input('p').getAttribute('aria-describedby') ?? '')?.textContent).toContain(told);
});

test('an error goes away once the field is right', () => {
  const { input, submit, wrong, run } = formed([parameter('n', { type: 'integer' })]);
  input('n').value = 'x';
  submit();
  input('n').value = '1';
  submit();
  expect(wrong()).toEqual(['']);
  expect(input('n').hasAttribute('aria-invalid')).toBe(false);
  expect(run).toHaveBeenCalledTimes(1);
});

test('the cursor goes to where JSON ends to be JSON', () => {
  const { input, submit } = formed([parameter('p', { type: 'array' })]);
  input('p').value = '[1, ?]';
  submit();
  expect(input('p').selectionStart).toBe(4);
});

test('Ctrl+Enter in a field calls', () => {
  const { input, run } = formed([parameter('seq', { type: 'string' })]);
  input('seq').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }));
  expect(run).toHaveBeenCalledWith('{\n  "seq": ""\n}');
});

test('a form has a label for every field', async () => {
  const { form } = formed([
    parameter('a', { type: 'string' }),
    parameter('b', { enum: [1, 2] }),
    parameter('c', { type: 'boolean' }),
    optional('d', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, null)
  ]);
  expect(await serious(form)).toEqual([]);
});

test('what is JSON and what is not is as JSON.parse has it, and errors stand in the text', () => {
  const texts = fc.oneof(fc.json(), fc.json().chain(text => fc.nat(text.length).map(at => text.slice(0, at) + text.slice(at + 1))), fc.string());
  fc.assert(
    fc.property(texts, text => {
      const told = parsed(text);
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        expect('wrong' in told).toBe(true);
        expect('at' in told && told.at >= 0 && told.at <= text.length).toBe(true);
        return;
      }
      expect(told).toEqual({ value });
    }),
    { numRuns: 500 }
  );
  expect('wrong' in parsed('['.repeat(100_000))).toBe(true);
  expect(where('a\nbc', 3)).toBe('line 2, column 2');
});

const schemas: fc.Arbitrary<Schema> = fc.letrec<{ one: Schema }>(tie => ({
  one: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Schema>({ type: 'integer' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }, { type: 'string' }, { enum: ['a', 1] }, { const: 2 }, { $ref: '#/$defs/Point' }),
    tie('one').map(items => ({ type: 'array', items })),
    tie('one').map(one => ({ type: 'object', additionalProperties: one })),
    fc.tuple(tie('one'), tie('one')).map(prefixItems => ({ type: 'array', prefixItems })),
    fc.tuple(tie('one'), tie('one')).map(anyOf => ({ anyOf }))
  )
})).one;

test('the example of a schema fits it', () => {
  fc.assert(
    fc.property(schemas, schema => {
      const told = parsed(example(schema, POINT));
      fc.pre('value' in told); // deeper than an example goes
      expect(misfit((told as { value: unknown }).value, schema, POINT)).toBeNull();
    })
  );
});
