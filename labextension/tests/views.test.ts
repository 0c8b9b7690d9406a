import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import type { Graph, Parameter, TraceEvent } from '../src/data';
import { MessageSource, query } from '../src/source';
import { diffTable } from '../src/views/diff';
import { callForm } from '../src/views/form';
import { graphView } from '../src/views/graph';
import { highlighted } from '../src/views/highlight';
import { jsonTree } from '../src/views/json';
import { layered } from '../src/views/layout';
import { timeline } from '../src/views/timeline';
import { serious } from './kit';

const parameter = (name: string, schema: object, more: Partial<Parameter> = {}): Parameter => ({
  name,
  annotation: String((schema as { type?: string }).type),
  schema: schema as Parameter['schema'],
  required: true,
  ...more
});

function filled(parameters: Parameter[], given: string[]) {
  const run = vi.fn();
  const form = callForm(parameters, run);
  document.body.replaceChildren(form);
  form.querySelectorAll<HTMLInputElement>('.hnb-input').forEach((field, place) => (field.value = given[place] ?? ''));
  form.dispatchEvent(new Event('submit', { cancelable: true }));
  return { run, form, wrong: [...form.querySelectorAll('.hnb-wrong')].map(one => one.textContent) };
}

test('a form gives each type its value, and leaves defaults out', () => {
  const { run } = filled(
    [
      parameter('seq', { type: 'string' }),
      parameter('n', { type: 'integer' }),
      parameter('x', { type: 'number' }),
      parameter('yes', { type: 'boolean' }),
      parameter('mode', { enum: ['fast', 'slow'] }),
      parameter('items', { type: 'array', items: { type: 'integer' } }),
      parameter('limit', { type: 'integer' }, { required: false, default: 3 })
    ],
    ['GATTACA', '-42', '0.5', '1', '1', '[1, 2]', '']
  );
  expect(run).toHaveBeenCalledWith({ seq: 'GATTACA', n: -42, x: 0.5, yes: false, mode: 'slow', items: [1, 2] });
});

test('an int that JavaScript cannot hold goes through whole', () => {
  const { run } = filled([parameter('n', { type: 'integer' })], ['9007199254740993']);
  expect(run).toHaveBeenCalledWith({ n: { $int: '9007199254740993' } });
});

test.each([
  [{ type: 'integer' }, '1.5', 'a whole number'],
  [{ type: 'integer' }, '', 'a value is needed'],
  [{ type: 'number' }, 'much', 'a number'],
  [{ type: 'array', items: { type: 'string' } }, '{"a": 1}', 'a list in JSON, such as ["text"]'],
  [{ type: 'object' }, '[1]', 'an object in JSON'],
  [{ type: 'array' }, '[1,', 'not JSON']
])('%o refuses %s', (schema, given, told) => {
  const { run, wrong, form } = filled([parameter('p', schema)], [given]);
  expect(run).not.toHaveBeenCalled();
  expect(wrong[0]).toContain(told);
  expect(document.activeElement).toBe(form.querySelector('.hnb-input'));
});

test('a form has a label for every field', async () => {
  expect(await serious(callForm([parameter('a', { type: 'string' }), parameter('b', { enum: [1, 2] })], () => undefined))).toEqual([]);
});

const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain(size =>
    fc.record({
      size: fc.constant(size),
      pairs: fc.array(fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 0, max: size - 1 })), { maxLength: 30 })
    })
  );

const graphOf = (size: number, pairs: [number, number][]): Graph => ({
  nodes: Array.from({ length: size }, (_, place) => ({ digest: `d${place}`, name: `n${place}`, kind: 'native', present: true })),
  edges: pairs.map(([from, to]) => ({ from: `d${from}`, to: `d${to}`, role: 'uses' })),
  cut: false
});

test('no two nodes of a graph stand in one place, also where it has circles', () => {
  fc.assert(
    fc.property(graphs, ({ size, pairs }) => {
      const places = [...layered(graphOf(size, pairs)).values()].map(place => `${place.layer} ${place.row}`);
      expect(new Set(places).size).toBe(size);
    })
  );
});

test('in a graph without circles every edge goes to the right', () => {
  fc.assert(
    fc.property(graphs, ({ size, pairs }) => {
      const forward = pairs.filter(([from, to]) => from < to);
      const places = layered(graphOf(size, forward));
      for (const [from, to] of forward) {
        expect(places.get(`d${from}`)!.layer).toBeLessThan(places.get(`d${to}`)!.layer);
      }
    })
  );
});

test('a node opens its tool; data and what is absent do not', () => {
  const open = vi.fn();
  const view = graphView(
    {
      nodes: [
        { digest: 'a', name: 'outer', kind: 'pure', present: true },
        { digest: 'b', name: 'inner', kind: 'native', present: true },
        { digest: 'c', name: 'genome', kind: 'data', present: true },
        { digest: 'd', name: 'gone', kind: 'missing', present: false }
      ],
      edges: ['b', 'c', 'd'].map(to => ({ from: 'a', to, role: 'uses' })),
      cut: false
    },
    'a',
    open
  );
  const buttons = [...view.querySelectorAll('[role=button]')];
  expect(buttons.map(one => one.getAttribute('aria-label'))).toEqual(['native inner']);
  buttons[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
  expect(open).toHaveBeenCalledWith('b');
  expect(view.textContent).toContain('gone');
});

test('a difference has signs, numbers and words for them', () => {
  const view = diffTable({
    from: 'a',
    to: 'b',
    lines: [
      { kind: ' ', text: 'def f():', left: 1, right: 1 },
      { kind: '-', text: '  return 1', left: 2 },
      { kind: '+', text: '  return 2', right: 2 }
    ]
  });
  expect([...view.querySelectorAll('tr')].map(one => one.getAttribute('aria-label'))).toEqual(['unchanged', 'removed', 'added']);
  expect(diffTable({ from: 'a', to: 'b', lines: [{ kind: ' ', text: 'x', left: 1, right: 1 }] }).textContent).toContain('the same');
});

test('a timeline puts the calls of one round side by side, and nested calls below their tool', () => {
  const event = (round: number, depth: number, agent: string, ok = true): TraceEvent => ({
    round,
    depth,
    agent,
    tool: depth ? null : 'sha256:1',
    request: '{}',
    answer: 'x'.repeat(2000),
    ok
  });
  const view = timeline([event(0, 0, 'a'), event(0, 1, 'inner'), event(0, 0, 'b'), event(1, 0, 'c', false)]);
  const rounds = [...view.querySelectorAll('.hnb-round')].map(one => one.querySelectorAll('.hnb-lane').length);
  expect(rounds).toEqual([3, 1]);
  expect(view.querySelectorAll('.hnb-bad-lane').length).toBe(1);
  expect(view.textContent).toContain('(2000 characters)');
});

test('a tree of JSON fills its branches when they open', () => {
  const view = jsonTree({ a: { b: { c: 1 } }, empty: [], long: 'y'.repeat(900) });
  expect(view.textContent).toContain('a: ');
  expect(view.textContent).not.toContain('c: ');
  expect(view.textContent).toContain('characters)');
  const inner = view.querySelectorAll('details')[1] as HTMLDetailsElement;
  inner.open = true;
  inner.dispatchEvent(new Event('toggle'));
  expect(view.textContent).toContain('b: ');
});

test('source is coloured text, and nothing of it is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), text => {
      const place = document.createElement('div');
      place.append(highlighted(text, 'python'));
      expect(place.textContent).toBe(text);
    })
  );
  const place = document.createElement('div');
  place.append(highlighted('def f():\n    return "a"  # b\n', 'python'));
  expect([...place.querySelectorAll('.tok-keyword')].map(one => one.textContent)).toEqual(['def', 'return']);
});

test('messages of a widget are answered by number, and errors carry their help', async () => {
  const sent: { id: number; path: string }[] = [];
  const source = new MessageSource(message => sent.push(message as { id: number; path: string }));
  const first = source.get('a');
  const second = source.get('b');
  source.take({ id: sent[1]?.id, ok: true, value: 2 });
  source.take({ id: sent[0]?.id, ok: false, error: { message: 'no', help: 'do' } });
  source.take({ id: 99, ok: true, value: 0 });
  await expect(second).resolves.toBe(2);
  await expect(first).rejects.toMatchObject({ message: 'no', help: 'do' });
  const heard = vi.fn();
  const end = source.onChange(heard);
  source.take({ changed: 'g' });
  end();
  source.take({ changed: 'h' });
  expect(heard).toHaveBeenCalledTimes(1);
});

test('a path and its parameters become one tail of a URL', () => {
  expect(query('tools/sha256:ab', { query: 'a b&c', kind: '', limit: 5 })).toBe('tools/sha256%3Aab?query=a%20b%26c&limit=5');
});
