import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import type { DiffLine, TraceEvent } from '../src/data';
import { callOf, replayOf, runOf, verifyOf } from '../src/cells';
import { MessageSource, query } from '../src/source';
import { diffTable } from '../src/views/diff';
import { highlighted } from '../src/views/highlight';
import { jsonTree } from '../src/views/json';
import { timeline } from '../src/views/timeline';
import { cut, excerpt, visible } from '../src/views/text';
import { detail, row, serious } from './kit';

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
  expect([...view.querySelectorAll('tr')].map(one => one.querySelector('.hnb-line')?.textContent)).toEqual([
    'def f():',
    'removed:   return 1',
    'added:   return 2'
  ]);
  expect([...view.querySelectorAll('.hnb-number')].map(one => one.textContent)).toEqual(['1', '1', '2', '', '', '2']);
  expect(view.textContent).toContain('1 line added, 1 removed');
  expect(diffTable({ from: 'a', to: 'b', lines: [{ kind: ' ', text: 'x', left: 1, right: 1 }] }).textContent).toContain('the same');
});

test('what stays the same for long is folded, and unfolds', async () => {
  const same = (place: number): DiffLine => ({ kind: ' ', text: `line ${place}`, left: place, right: place });
  const lines: DiffLine[] = [...Array.from({ length: 20 }, (_, place) => same(place + 1)), { kind: '+', text: 'new', right: 21 }];
  const view = diffTable({ from: 'a', to: 'b', lines });
  expect(view.querySelectorAll('.hnb-line').length).toBe(4);
  expect(view.querySelector('button')?.textContent).toBe('17 unchanged lines');
  expect(await serious(view)).toEqual([]);
  view.querySelector('button')?.click();
  expect([...view.querySelectorAll('.hnb-line')].map(one => one.textContent?.replace('added: ', ''))).toEqual(lines.map(line => line.text));
});

test('a timeline puts the calls of one round side by side, and nested calls inside their tool', async () => {
  const event = (round: number, depth: number, agent: string, ok = true): TraceEvent => ({
    round,
    depth,
    agent,
    tool: depth ? null : 'sha256:1',
    request: '{}',
    answer: 'x'.repeat(2000),
    ok
  });
  const view = timeline([event(0, 0, 'a'), event(0, 1, 'inner'), event(1, 1, 'last'), event(0, 0, 'b'), event(1, 0, 'c', false)]);
  const top = [...(view.querySelectorAll(':scope > .hnb-round') as unknown as HTMLElement[])];
  expect(top.map(one => one.querySelectorAll(':scope > .hnb-lanes > .hnb-lane').length)).toEqual([2, 1]);
  expect(top[0]?.textContent).toContain('2 at once');
  const inside = top[0]?.querySelectorAll('.hnb-inside .hnb-round');
  expect([...(inside ?? [])].map(one => one.textContent)).toEqual([expect.stringContaining('inner'), expect.stringContaining('last')]);
  expect(view.querySelectorAll('.hnb-bad-lane').length).toBe(1);
  expect(view.textContent).toContain('(2,000 characters)');
  expect(await serious(view)).toEqual([]);
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

const coloured = (source: string, language: string) => {
  const place = document.createElement('div');
  place.append(highlighted(source, language));
  return place;
};

test.each(['python', 'c', 'rust', 'ts', 'wat', 'zig', 'none'])('source in %s is text, and nothing of it is lost', language => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 200 }), text => {
      expect(coloured(text, language).textContent).toBe(text);
    })
  );
});

test.each([
  ['python', 'def f():\n    return "a"  # b\n', ['def', 'return']],
  ['rust', 'pub fn f() -> i32 { 1 }', ['pub', 'fn']],
  ['c', 'int f(void) { return 1; }', ['return']],
  ['ts', 'export const a = 1;', ['export', 'const']],
  ['wat', '(module (func))', ['module', 'func']]
])('keywords of %s have their colour', (language, source, keywords) => {
  expect([...coloured(source, language).querySelectorAll('.tok-keyword')].map(one => one.textContent)).toEqual(keywords);
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

test('a tree of JSON shows a long list in steps', () => {
  const view = jsonTree(Array.from({ length: 250 }, (_, place) => place));
  const seen = () => view.querySelectorAll('.hnb-leaf').length;
  expect(seen()).toBe(100);
  view.querySelector('button')?.click();
  view.querySelector('button')?.click();
  expect(seen()).toBe(250);
  expect(view.querySelector('button')).toBeNull();
});

test('tricks of text are shown as such, and nothing else is changed', () => {
  expect(visible('a\u202eb\u200bc\u0007d\u{e0041}e\u2066f\ufeffg\u061ch')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg\ufffdh');
  expect(visible('tab\t line\n \u00e4 \u4e2d \u{1f600} \u05d0')).toBe('tab\t line\n \u00e4 \u4e2d \u{1f600} \u05d0');
});

test('a cut leaves no half of a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 20 }), (text, most) => {
      const short = cut(text, most);
      expect(short.length).toBeLessThanOrEqual(Math.max(most, text.length <= most ? text.length : most));
      expect(() => encodeURIComponent(short)).not.toThrow();
    })
  );
  expect(excerpt('x'.repeat(2000), 10)).toBe('xxxxxxxxx\u2026 (2,000 characters)');
});

test('the cells of acts name the exact version, and hold nothing that a stranger wrote', () => {
  const tool = row('gc', { signature: '(a: list[int], b: str = "(,", c: dict[str, int], call_agent) -> float' });
  expect(callOf(tool)).toBe('%tool_call gc a=... c=...');
  expect(verifyOf(tool)).toBe(`%tool_verify gc@${tool.digest}`);
  expect(runOf(detail('gc'), '{}')).toBe(`%%tool_call gc@${tool.digest}\n{}`);
  expect(replayOf(tool, 'sha256:"')).toContain('receipt("sha256:\\"")');
  const bad = row('x\nimport os');
  for (const text of [callOf(bad), verifyOf(bad), runOf({ ...detail('f'), ...bad }, '{}')]) {
    expect(text).not.toContain('import');
    expect(text).toContain(bad.digest);
  }
});

test('a path and its parameters become one tail of a URL', () => {
  expect(query('tools/sha256:ab', { query: 'a b&c', kind: '', limit: 5 })).toBe('tools/sha256%3Aab?query=a%20b%26c&limit=5');
});
