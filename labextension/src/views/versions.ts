import { sized, type Diff, type ToolDetail, type Version } from '../data';
import type { Context } from './acts';
import { diffTable } from './diff';
import { badge, button, digestButton, h, replace } from './dom';
import { later } from './states';

/** The versions of a tool's name, newest first; each can be opened, and compared with the one that is shown. */
export function versionsOf(tool: ToolDetail, context: Context): HTMLElement {
  const below = h('div', {});
  const compare = (other: Version) => {
    const [from, to] = other.version < tool.version ? [other, tool] : [tool, other];
    replace(
      below,
      h('h3', { class: 'hnb-subtitle' }, `from v${from.version} to v${to.version}`),
      later(async () => diffTable(await context.source.get<Diff>('diff', { from: from.digest, to: to.digest })), context.options.slow)
    );
  };
  const rows = tool.history.map(one => {
    const isShown = one.digest === tool.digest;
    return h(
      'li',
      { class: 'hnb-version', 'aria-current': isShown ? 'true' : null },
      h('span', { class: 'hnb-version-number' }, `v${one.version}`),
      badge(one.kind),
      h('span', { class: 'hnb-faint' }, `${sized(one.size)} \u00b7 ${one.created.slice(0, 10)}`),
      h('span', { class: 'hnb-space' }),
      digestButton(one.digest, text => context.acts.copy(text)),
      isShown ? h('span', { class: 'hnb-facts' }, 'shown') : button('Diff', `differences of version ${one.version} and this one`, () => compare(one)),
      isShown ? null : button('Open', `open version ${one.version}`, () => context.open(one.digest))
    );
  });
  return h('div', {}, h('ul', { class: 'hnb-versions', 'aria-label': 'versions' }, ...rows), below);
}
