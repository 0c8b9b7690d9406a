import { short, type Graph } from '../data';
import { h, svg, visible } from './dom';
import { layered } from './layout';
import { message } from './states';

const WIDTH = 148;
const HEIGHT = 38;
const GAP_X = 44;
const GAP_Y = 14;
const MARGIN = 8;
const LETTERS = 19;

/** The tools, data and wheels around a tool, drawn from left (what uses it) to right (what it uses). */
export function graphView(graph: Graph, here: string, open: (digest: string) => void): HTMLElement {
  if (graph.nodes.length < 2) {
    return message('It stands alone.', 'It uses no other tool, no data and no wheel, and no tool here uses it.');
  }
  const places = layered(graph);
  const at = (digest: string) => {
    const place = places.get(digest) ?? { layer: 0, row: 0 };
    return { x: MARGIN + place.layer * (WIDTH + GAP_X), y: MARGIN + place.row * (HEIGHT + GAP_Y) };
  };
  const layers = Math.max(...[...places.values()].map(place => place.layer)) + 1;
  const rows = Math.max(...[...places.values()].map(place => place.row)) + 1;
  const width = 2 * MARGIN + layers * WIDTH + (layers - 1) * GAP_X;
  const height = 2 * MARGIN + rows * HEIGHT + (rows - 1) * GAP_Y;
  const lines = graph.edges
    .filter(edge => places.has(edge.from) && places.has(edge.to))
    .map(edge => {
      const from = at(edge.from);
      const to = at(edge.to);
      const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
      const bend = Math.max(GAP_X / 2, Math.abs(x2 - x1) / 3);
      return svg(
        'path',
        { d: `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`, class: `hnb-edge hnb-edge-${edge.role.replace(/[^a-z]/g, '')}`, 'marker-end': 'url(#hnb-arrow)' },
        svg('title', {}, edge.role)
      );
    });
  const nodes = graph.nodes.map(node => {
    const { x, y } = at(node.digest);
    const tool = node.present && node.kind !== 'data' && node.kind !== 'wheel';
    const name = visible(node.name);
    const go = () => open(node.digest);
    return svg(
      'g',
      {
        class: `hnb-node${node.digest === here ? ' hnb-here' : ''}${node.present ? '' : ' hnb-absent'}`,
        transform: `translate(${x} ${y})`,
        ...(tool && node.digest !== here
          ? {
              role: 'button',
              tabindex: '0',
              onclick: go,
              onkeydown: (event: KeyboardEvent) => {
                if (event.key === 'Enter' || event.key === ' ') {
                  event.preventDefault();
                  go();
                }
              }
            }
          : {}),
        'aria-label': `${node.kind} ${name}${node.present ? '' : ', not in this registry'}`
      },
      svg('title', {}, `${name}\n${node.digest}`),
      svg('rect', { width: WIDTH, height: HEIGHT, rx: 5 }),
      svg('text', { x: 10, y: 16, class: 'hnb-node-name' }, name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}\u2026` : name),
      svg('text', { x: 10, y: 30, class: 'hnb-node-kind' }, `${node.kind}  ${short(node.digest)}`)
    );
  });
  const arrow = svg(
    'marker',
    { id: 'hnb-arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    svg('path', { d: 'M 0 0 L 8 4 L 0 8 z', class: 'hnb-arrow' })
  );
  const drawing = svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, class: 'hnb-graph', role: 'group', 'aria-label': `graph of ${graph.nodes.length} nodes` },
    svg('defs', {}, arrow),
    ...lines,
    ...nodes
  );
  return h(
    'div',
    {},
    h('div', { class: 'hnb-scroll', tabindex: '0', role: 'region', 'aria-label': 'dependency graph' }, drawing),
    graph.cut ? h('div', { class: 'hnb-faint' }, 'The graph is larger than what is drawn.') : null
  );
}
