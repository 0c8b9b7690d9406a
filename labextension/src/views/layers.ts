import type { Status } from '../data';
import { h } from './dom';

/** The registry's state in a line: read-only, and the isolation layers that are really on. */
export function statusLine(status: Status): HTMLElement {
  const on = status.isolation.filter(layer => layer.active);
  const off = status.isolation.filter(layer => !layer.active);
  return h(
    'div',
    { class: 'hnb-status' },
    status.writable ? null : h('span', { class: 'hnb-chip hnb-warn' }, 'read-only registry'),
    status.isolation.length
      ? h(
          'details',
          { class: 'hnb-layers' },
          h('summary', {}, `${on.length} of ${status.isolation.length} isolation layers are on`),
          h(
            'ul',
            {},
            ...on.map(layer => h('li', {}, `\u2713 ${layer.layer}`)),
            ...off.map(layer => h('li', { class: 'hnb-off' }, `\u2717 ${layer.layer}: ${layer.reason}`))
          )
        )
      : null
  );
}
