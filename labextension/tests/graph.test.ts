import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import type { Graph } from '../src/data';
import { corner, graphView, HEIGHT, pathOf, WIDTH } from '../src/views/graph';
import { drawn } from '../src/views/layout';
import { serious } from './kit';

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

test('no two nodes of a graph overlap, also where it has circles', () => {
  fc.assert(
    fc.property(graphs, ({ size, pairs }) => {
      const boxes = [...drawn(graphOf(size, pairs)).places.values()].map(corner);
      expect(boxes.length).toBe(size);
      boxes.forEach((a, place) =>
        boxes.slice(place + 1).forEach(b => {
          expect(Math.abs(a.x - b.x) >= WIDTH || Math.abs(a.y - b.y) >= HEIGHT).toBe(true);
        })
      );
    })
  );
});

test('a line goes through no node but those at its ends', () => {
  fc.assert(
    fc.property(graphs, ({ size, pairs }) => {
      const { places, lines } = drawn(graphOf(size, pairs));
      const taken = new Map([...places].map(([digest, { layer, row }]) => [`${layer} ${row}`, digest]));
      for (const { edge, through } of lines) {
        const steps = through.map(({ layer, row }) => taken.get(`${layer} ${row}`));
        expect(steps[0]).toBe(edge.from);
        expect(steps[steps.length - 1]).toBe(edge.to);
        expect(steps.slice(1, -1).every(one => one === undefined)).toBe(true);
        through.slice(1).forEach((place, before) => expect(Math.abs(place.layer - (through[before]?.layer ?? 0))).toBe(1));
      }
    })
  );
});

test('in a graph without circles every line goes to the right', () => {
  fc.assert(
    fc.property(graphs, ({ size, pairs }) => {
      const forward = pairs.filter(([from, to]) => from < to);
      const { places } = drawn(graphOf(size, forward));
      for (const [from, to] of forward) {
        expect(places.get(`d${from}`)!.layer).toBeLessThan(places.get(`d${to}`)!.layer);
      }
    })
  );
});

test('a line that passes a layer leaves a node on its way to one side', () => {
  // 0 -> 1 -> 2 and 0 -> 2: the long line has a place beside node 1.
  const { lines, places } = drawn(graphOf(3, [[0, 1], [1, 2], [0, 2]]));
  const long = lines.find(({ edge }) => edge.from === 'd0' && edge.to === 'd2');
  expect(long?.through.length).toBe(3);
  expect(long?.through[1]?.row).not.toBe(places.get('d1')?.row);
  expect(pathOf(long?.through ?? []).match(/C/g)?.length).toBe(2);
});

const FOUR: Graph = {
  nodes: [
    { digest: 'a', name: 'outer', kind: 'pure', present: true },
    { digest: 'b', name: 'inner', kind: 'native', present: true },
    { digest: 'c', name: 'genome', kind: 'data', present: true },
    { digest: 'd', name: 'gone', kind: 'missing', present: false }
  ],
  edges: ['b', 'c', 'd'].map(to => ({ from: 'a', to, role: 'uses' })),
  cut: false
};

test('a node opens its tool, by key and by click; data and what is absent do not', async () => {
  const open = vi.fn();
  const view = graphView(FOUR, 'a', open);
  const buttons = [...view.querySelectorAll('[role=button]')];
  expect(buttons.map(one => one.querySelector('.hnb-node-name')?.textContent)).toEqual(['inner']);
  buttons[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
  buttons[0]?.dispatchEvent(new MouseEvent('click'));
  expect(open.mock.calls).toEqual([['b'], ['b']]);
  expect(view.textContent).toContain('gone');
  expect(view.textContent).toContain('uses 3, used by 0');
  expect(await serious(view)).toEqual([]);
});

test('two graphs of one page share no id', () => {
  const views = [graphView(FOUR, 'a', () => undefined), graphView(FOUR, 'a', () => undefined)];
  const ids = views.flatMap(view => [...view.querySelectorAll('[id]')].map(one => one.id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(views[1]?.querySelector('.hnb-edge')?.getAttribute('marker-end')).toBe(`url(#${views[1]?.querySelector('marker')?.id})`);
});
