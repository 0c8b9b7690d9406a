import type { Graph, GraphEdge } from '../data';

/** Where a node of a graph stands: its layer from the left, and its place in it from the top (halves occur). */
export interface Place {
  layer: number;
  row: number;
}

export interface Drawing {
  places: Map<string, Place>;
  /** The places that a line goes through, its ends included: in between it passes where no node is. */
  lines: { edge: GraphEdge; through: Place[] }[];
  layers: number;
  rows: number;
}

interface Point {
  layer: number;
  /** Its neighbours one layer to the left, and to the right. */
  before: Point[];
  after: Point[];
  row: number;
}

/** Times that the order of all layers is improved, left to right and back. */
const SWEEPS = 6;

/**
 * A layered layout (Sugiyama, Tagawa, Toda, IEEE Trans. SMC 11 (1981)): layers by the longest way, a point of its own in every
 * layer that a line passes, and the order of a layer by the middle of the neighbours. Where there is a circle, lines go back.
 */
export function drawn(graph: Graph): Drawing {
  const known = new Set(graph.nodes.map(node => node.digest));
  const seen = new Set<string>();
  const edges = graph.edges.filter(edge => {
    const key = `${edge.from} ${edge.to}`;
    const wanted = known.has(edge.from) && known.has(edge.to) && edge.from !== edge.to && !seen.has(key);
    seen.add(key);
    return wanted;
  });
  const depths = depthsOf(graph, edges);
  const points = new Map<string, Point>();
  const layers: Point[][] = [];
  const put = (layer: number): Point => {
    const point = { layer, before: [], after: [], row: 0 };
    (layers[layer] ??= []).push(point);
    return point;
  };
  for (const node of graph.nodes) {
    points.set(node.digest, put(depths.get(node.digest) ?? 0));
  }
  const lines = edges.map(edge => ({ edge, through: path(points.get(edge.from) as Point, points.get(edge.to) as Point, put) }));
  order(layers);
  const rows = Math.max(0, ...layers.map(layer => layer.length));
  layers.forEach(layer => layer.forEach((point, row) => (point.row = row + (rows - layer.length) / 2)));
  return {
    places: new Map([...points].map(([digest, { layer, row }]) => [digest, { layer, row }])),
    lines: lines.map(({ edge, through }) => ({ edge, through: through.map(({ layer, row }) => ({ layer, row })) })),
    layers: layers.length,
    rows
  };
}

/** The layer of each node: the length of the longest way to it, over edges that close no circle. */
function depthsOf(graph: Graph, edges: GraphEdge[]): Map<string, number> {
  const next = new Map<string, string[]>();
  edges.forEach(edge => next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]));
  const state = new Map<string, 'open' | 'done'>();
  const order: string[] = [];
  const forward: [string, string][] = [];
  const visit = (digest: string) => {
    state.set(digest, 'open');
    for (const to of next.get(digest) ?? []) {
      if (state.get(to) !== 'open') {
        forward.push([digest, to]);
      }
      if (!state.has(to)) {
        visit(to);
      }
    }
    state.set(digest, 'done');
    order.unshift(digest);
  };
  graph.nodes.forEach(node => state.has(node.digest) || visit(node.digest));
  const depths = new Map(order.map(digest => [digest, 0]));
  const ways = new Map<string, string[]>();
  forward.forEach(([from, to]) => ways.set(from, [...(ways.get(from) ?? []), to]));
  for (const from of order) {
    for (const to of ways.get(from) ?? []) {
      depths.set(to, Math.max(depths.get(to) ?? 0, (depths.get(from) ?? 0) + 1));
    }
  }
  return depths;
}

/** The points of a line, a new one in each layer between its ends. */
function path(from: Point, to: Point, put: (layer: number) => Point): Point[] {
  const step = Math.sign(to.layer - from.layer);
  const through = [from];
  for (let layer = from.layer + step; layer !== to.layer; layer += step) {
    through.push(put(layer));
  }
  through.push(to);
  const rightwards = step > 0 ? through : [...through].reverse();
  rightwards.slice(1).forEach((point, place) => {
    const left = rightwards[place] as Point;
    left.after.push(point);
    point.before.push(left);
  });
  return through;
}

function order(layers: Point[][]): void {
  const number = (layer: Point[]) => layer.forEach((point, row) => (point.row = row));
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const side = sweep % 2 ? 'after' : 'before';
    for (const layer of sweep % 2 ? [...layers].reverse() : layers) {
      const middles = new Map(layer.map(point => [point, middle(point[side], point.row)]));
      layer.sort((a, b) => (middles.get(a) as number) - (middles.get(b) as number) || a.row - b.row);
      number(layer);
    }
  }
}

function middle(neighbours: Point[], otherwise: number): number {
  return neighbours.length ? neighbours.reduce((sum, point) => sum + point.row, 0) / neighbours.length : otherwise;
}
