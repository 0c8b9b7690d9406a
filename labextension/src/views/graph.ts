import { short, type Graph, type GraphNode } from '../data';
import { h, svg, unique } from './dom';
import { drawn, type Drawing, type Place } from './layout';
import { message } from './states';
import { cut } from './text';

export const WIDTH = 138;
export const HEIGHT = 38;
const GAP_X = 36;
const GAP_Y = 12;
const MARGIN = 6;
/** Letters of a name that are put into a box, which cuts what is wider still. */
const LETTERS = 40;

/** The left upper corner of a place. */
export function corner(place: Place): { x: number; y: number } {
  return { x: MARGIN + place.layer * (WIDTH + GAP_X), y: MARGIN + place.row * (HEIGHT + GAP_Y) };
}

/** The path of a line: curves in the gaps between layers, straight where it passes one. */
export function pathOf(through: Place[]): string {
  const last = through.length - 1;
  const right = (through[last]?.layer ?? 0) > (through[0]?.layer ?? 0);
  const parts: string[] = [];
  through.forEach((place, number) => {
    const { x, y } = corner(place);
    const middle = y + HEIGHT / 2;
    const [near, far] = right ? [x, x + WIDTH] : [x + WIDTH, x];
    if (number === 0) {
      parts.push(`M ${far} ${middle}`);
      return;
    }
    const before = corner(through[number - 1] as Place);
    const bend = (right ? GAP_X : -GAP_X) / 2;
    const from = right ? before.x + WIDTH : before.x;
    parts.push(`C ${from + bend} ${before.y + HEIGHT / 2}, ${near - bend} ${middle}, ${near} ${middle}`);
    if (number < last) {
      parts.push(`L ${far} ${middle}`);
    }
  });
  return parts.join(' ');
}

/** The tools, data and wheels around a tool, drawn from left (what uses it) to right (what it uses). */
export function graphView(graph: Graph, here: string, open: (digest: string) => void): HTMLElement {
  if (graph.nodes.length < 2) {
    return message('It stands alone.', 'It uses no other tool, no data and no wheel, and no tool here uses it.');
  }
  const drawing = drawn(graph);
  const picture = pictureOf(graph, here, drawing, open);
  const scroll = h('div', { class: 'hnb-scroll', tabindex: '0', role: 'region', 'aria-label': 'dependency graph' }, picture);
  // What the tool is about stands in sight once the drawing is on the page.
  requestAnimationFrame(() => {
    const place = drawing.places.get(here);
    scroll.scrollLeft = place ? corner(place).x - (scroll.clientWidth - WIDTH) / 2 : 0;
  });
  const used = graph.edges.filter(edge => edge.from === here).length;
  const users = graph.edges.filter(edge => edge.to === here).length;
  return h(
    'div',
    {},
    h('div', { class: 'hnb-facts' }, `uses ${used}, used by ${users}; lines go from what uses to what is used`),
    scroll,
    graph.cut ? h('div', { class: 'hnb-faint' }, 'The graph is larger than what is drawn.') : null
  );
}

function pictureOf(graph: Graph, here: string, drawing: Drawing, open: (digest: string) => void): SVGElement {
  const end = corner({ layer: drawing.layers - 1, row: drawing.rows - 1 });
  const [width, height] = [end.x + WIDTH + MARGIN, end.y + HEIGHT + MARGIN];
  const arrow = unique('arrow');
  const lines = drawing.lines.map(({ edge, through }) =>
    svg(
      'path',
      { d: pathOf(through), class: `hnb-edge hnb-edge-${edge.role.replace(/[^a-z]/g, '').slice(0, 20)}`, 'marker-end': `url(#${arrow})` },
      svg('title', {}, cut(edge.role, LETTERS))
    )
  );
  const head = svg(
    'marker',
    { id: arrow, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    svg('path', { d: 'M 0 0 L 8 4 L 0 8 z', class: 'hnb-arrow' })
  );
  const boxes = graph.nodes.map(node => box(node, drawing.places.get(node.digest) as Place, node.digest === here, open));
  return svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, class: 'hnb-graph', role: 'group', 'aria-label': `graph of ${graph.nodes.length} nodes` },
    svg('defs', {}, head),
    ...lines,
    ...boxes
  );
}

function box(node: GraphNode, place: Place, isHere: boolean, open: (digest: string) => void): SVGElement {
  const { x, y } = corner(place);
  const opens = node.present && !isHere && node.kind !== 'data' && node.kind !== 'wheel';
  const control = {
    role: 'button',
    tabindex: '0',
    onclick: () => open(node.digest),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        open(node.digest);
      }
    }
  };
  const state = isHere ? ', shown' : node.present ? '' : ', not in this registry';
  const title = unique('node');
  const [name, kind] = [cut(node.name, LETTERS), `${cut(node.kind, 10)} ${short(node.digest).slice(0, 8)}`];
  return svg(
    'g',
    {
      class: `hnb-node${isHere ? ' hnb-here' : ''}${node.present ? '' : ' hnb-absent'}`,
      transform: `translate(${x} ${y})`,
      'aria-labelledby': title,
      ...(opens ? control : { role: 'img' })
    },
    svg('title', { id: title }, `${name} ${kind}${state}`),
    svg('rect', { width: WIDTH, height: HEIGHT, rx: 5 }),
    // An inner picture cuts what stands out of it: a name of wide letters does not reach the next box.
    svg(
      'svg',
      { x: 9, y: 0, width: WIDTH - 16, height: HEIGHT },
      svg('text', { x: 0, y: 16, class: 'hnb-node-name' }, name),
      ' ',
      svg('text', { x: 0, y: 30, class: 'hnb-node-kind' }, kind)
    )
  );
}
