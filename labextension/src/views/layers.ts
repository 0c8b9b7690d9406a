import type { Layer, Status } from '../data';
import { h } from './dom';
import { excerpt } from './text';

const LONG = 300;

/** The registry's state in a line: read-only, and the isolation layers that are really on; those that are not, and why. */
export function statusLine(status: Status, open = false): HTMLElement {
  return h(
    'div',
    { class: 'hnb-status' },
    status.writable ? null : h('div', { class: 'hnb-warn' }, 'This registry is read-only: tools can be called, not made.'),
    status.isolation.length ? layersOf(status.isolation, open) : null
  );
}

function layersOf(layers: Layer[], open: boolean): HTMLElement {
  const on = layers.filter(layer => layer.active);
  const off = layers.filter(layer => !layer.active);
  const item = (layer: Layer) =>
    h(
      'li',
      { class: layer.active ? null : 'hnb-off' },
      h('span', { 'aria-hidden': 'true' }, layer.active ? '\u2713 ' : '\u2717 '),
      h('span', { class: 'hnb-heard' }, layer.active ? 'on: ' : 'off: '),
      excerpt(layer.layer, LONG),
      layer.reason ? h('span', { class: 'hnb-faint' }, `: ${excerpt(layer.reason, LONG)}`) : null
    );
  return h(
    'details',
    { class: 'hnb-layers', open },
    h(
      'summary',
      {},
      h('span', { class: `hnb-dot ${off.length ? 'hnb-some' : 'hnb-good'}`, 'aria-hidden': 'true' }),
      `${on.length} of ${layers.length} isolation layers are on`
    ),
    h('ul', {}, ...off.map(item), ...on.map(item))
  );
}
