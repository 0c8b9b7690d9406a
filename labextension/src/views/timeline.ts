import type { TraceEvent } from '../data';
import { h } from './dom';
import { excerpt } from './text';

const LONG = 600;

/** A call of a trace, with the calls that the tool it called made. */
interface Call {
  event: TraceEvent;
  inside: Call[];
}

/** The calls of a pure tool from the first round to the last; the calls of one round were asked for at once. */
export function timeline(trace: TraceEvent[]): HTMLElement {
  return rounds(tree(trace), 'trace');
}

function tree(trace: TraceEvent[]): Call[] {
  const top: Call[] = [];
  const open: Call[] = [];
  for (const event of trace) {
    open.length = Math.min(open.length, event.depth);
    const call = { event, inside: [] };
    (open[open.length - 1]?.inside ?? top).push(call);
    open.push(call);
  }
  return top;
}

function rounds(calls: Call[], label: string): HTMLElement {
  const numbers = [...new Set(calls.map(call => call.event.round))];
  return h(
    'ol',
    { class: 'hnb-timeline', 'aria-label': label },
    ...numbers.map((number, place) => {
      const together = calls.filter(call => call.event.round === number);
      const words = together.length > 1 ? `${together.length} at once` : '';
      return h(
        'li',
        { class: 'hnb-round' },
        h('div', { class: 'hnb-round-name' }, `round ${place + 1}`, words ? h('span', { class: 'hnb-faint' }, ` \u00b7 ${words}`) : null),
        h('div', { class: 'hnb-lanes' }, ...together.map(lane))
      );
    })
  );
}

function lane({ event, inside }: Call): HTMLElement {
  return h(
    'div',
    { class: `hnb-lane${event.ok ? '' : ' hnb-bad-lane'}` },
    h('div', { class: 'hnb-lane-name' }, event.tool ? h('span', { class: 'hnb-faint' }, 'tool ') : null, excerpt(event.agent, 60)),
    h('div', { class: 'hnb-asked', title: 'request' }, excerpt(event.request, LONG)),
    h('div', { class: 'hnb-answered', title: event.ok ? 'answer' : 'error' }, event.ok ? '' : 'failed: ', excerpt(event.answer, LONG)),
    inside.length
      ? h('details', { class: 'hnb-inside' }, h('summary', {}, `${inside.length} inside`), rounds(inside, `calls of ${event.agent}`))
      : null
  );
}
