import { SourceError } from '../source';
import { button, h } from './dom';

/** Milliseconds after which a view says why nothing comes. */
const SLOW = 1500;

/** A line in the place of content that is not there, and what to do. */
export function message(text: string, help = ''): HTMLElement {
  return h('div', { class: 'hnb-message' }, h('div', {}, text), help ? h('div', { class: 'hnb-faint' }, help) : null);
}

/** Content is on its way; `slow` is told where it takes long. */
export function waiting(slow = ''): HTMLElement {
  const hint = h('div', { class: 'hnb-faint' });
  const node = h('div', { class: 'hnb-message', role: 'status' }, h('div', { class: 'hnb-wait' }, 'Loading \u2026'), hint);
  if (slow) {
    setTimeout(() => {
      hint.textContent = slow;
    }, SLOW);
  }
  return node;
}

/** What went wrong, and a way to try again. */
export function problem(error: unknown, again?: () => void): HTMLElement {
  const text = error instanceof Error ? error.message : String(error);
  const help = error instanceof SourceError ? error.help : '';
  return h(
    'div',
    { class: 'hnb-message', role: 'alert' },
    h('div', { class: 'hnb-problem' }, text),
    help ? h('div', { class: 'hnb-faint' }, help) : null,
    again ? button('Try again', '', again) : null
  );
}

/** Content that is on its way: a line first, then what comes, or what went wrong. */
export function later(work: () => Promise<HTMLElement>, slow = ''): HTMLElement {
  const place = h('div', {});
  const begin = () => {
    place.replaceChildren(waiting(slow));
    work().then(
      node => place.replaceChildren(node),
      error => place.replaceChildren(problem(error, begin))
    );
  };
  begin();
  return place;
}
