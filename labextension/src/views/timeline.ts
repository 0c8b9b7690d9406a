import type { TraceEvent } from '../data';
import { h } from './dom';

const LONG = 600;

/** The calls of a pure tool from the first round to the last; the calls of one round were asked for at once. */
export function timeline(trace: TraceEvent[]): HTMLElement {
  const rounds: TraceEvent[][] = [];
  let current = -1;
  for (const event of trace) {
    if (event.depth === 0 && event.round !== current) {
      current = event.round;
      rounds.push([]);
    }
    rounds[rounds.length - 1]?.push(event);
  }
  return h(
    'ol',
    { class: 'hnb-timeline', 'aria-label': 'trace' },
    ...rounds.map((events, round) =>
      h(
        'li',
        { class: 'hnb-round' },
        h('div', { class: 'hnb-round-name' }, `round ${round + 1}`),
        h('div', { class: 'hnb-lanes' }, ...events.map(lane))
      )
    )
  );
}

function lane(event: TraceEvent): HTMLElement {
  return h(
    'div',
    { class: `hnb-lane${event.ok ? '' : ' hnb-bad-lane'}`, style: event.depth ? `margin-left: ${Math.min(event.depth, 8) * 14}px` : null },
    h('div', { class: 'hnb-lane-name' }, event.tool ? `tool ${event.agent}` : event.agent),
    h('div', { class: 'hnb-asked', title: 'request' }, cut(event.request)),
    h('div', { class: 'hnb-answered', title: event.ok ? 'answer' : 'error' }, cut(event.answer))
  );
}

function cut(text: string): string {
  return text.length > LONG ? `${text.slice(0, LONG)}... (${text.length} characters)` : text;
}
