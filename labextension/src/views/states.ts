import { SourceError } from '../source';
import { button, h } from './dom';

/** A line in the place of content that is not there, and what to do. */
export function message(text: string, help = ''): HTMLElement {
  return h('div', { class: 'hnb-message' }, h('div', {}, text), help ? h('div', { class: 'hnb-faint' }, help) : null);
}

/** What went wrong, and a way to try again. */
export function problem(error: unknown, again?: () => void): HTMLElement {
  const text = error instanceof Error ? error.message : String(error);
  const help = error instanceof SourceError ? error.help : '';
  return h(
    'div',
    { class: 'hnb-message hnb-problem', role: 'alert' },
    h('div', {}, text),
    help ? h('div', { class: 'hnb-faint' }, help) : null,
    again ? button('Try again', 'try again', again) : null
  );
}

/** Content that is on its way: a line first, then what comes, or what went wrong. */
export function later(work: () => Promise<HTMLElement>): HTMLElement {
  const place = h('div', {}, message('Loading ...'));
  const begin = () =>
    work().then(
      node => place.replaceChildren(node),
      error => place.replaceChildren(problem(error, begin))
    );
  void begin();
  return place;
}
