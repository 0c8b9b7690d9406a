import type { Graph } from '../data';

/** Where a node of a graph stands: its layer from the left, and its place in it from the top. */
export interface Place {
  layer: number;
  row: number;
}

/**
 * A layered layout: every edge goes from a layer to one further right, where the graph has no circle; nodes of a layer are
 * ordered by the middle of their neighbours to the left (Sugiyama, Tagawa, Toda, IEEE Trans. SMC 11 (1981): barycentres).
 */
export function layered(graph: Graph): Map<string, Place> {
  const known = new Set(graph.nodes.map(node => node.digest));
  const edges = graph.edges.filter(edge => known.has(edge.from) && known.has(edge.to) && edge.from !== edge.to);
  const layers = new Map<string, number>(graph.nodes.map(node => [node.digest, 0]));
  // The longest way to a node has fewer edges than there are nodes: more rounds than that mean a circle.
  for (let round = 0, moved = true; moved && round < graph.nodes.length; round++) {
    moved = false;
    for (const edge of edges) {
      const wanted = (layers.get(edge.from) ?? 0) + 1;
      if (wanted > (layers.get(edge.to) ?? 0) && wanted < graph.nodes.length) {
        layers.set(edge.to, wanted);
        moved = true;
      }
    }
  }
  const columns: string[][] = [];
  const used = [...new Set(layers.values())].sort((a, b) => a - b);
  for (const node of graph.nodes) {
    const column = used.indexOf(layers.get(node.digest) ?? 0);
    (columns[column] ??= []).push(node.digest);
  }
  const places = new Map<string, Place>();
  columns.forEach((column, layer) => {
    const middle = (digest: string, fallback: number): number => {
      const rows = edges.filter(edge => edge.to === digest).flatMap(edge => places.get(edge.from)?.row ?? []);
      return rows.length ? rows.reduce((sum, row) => sum + row, 0) / rows.length : fallback;
    };
    const ordered = column.map((digest, place) => ({ digest, at: middle(digest, place), place }));
    ordered.sort((a, b) => a.at - b.at || a.place - b.place);
    ordered.forEach(({ digest }, row) => places.set(digest, { layer, row }));
  });
  return places;
}
