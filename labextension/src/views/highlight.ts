import c from 'highlight.js/lib/languages/c';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import typescript from 'highlight.js/lib/languages/typescript';
import wasm from 'highlight.js/lib/languages/wasm';
import { createLowlight } from 'lowlight';

import { visible } from './text';

/** The languages of tools, as far as there are grammars; Zig's is none of highlight.js's own. */
const lowlight = createLowlight({ c, python, rust, ts: typescript, wat: wasm });

/** Characters of a source that are coloured; a longer one is shown as it is. */
const LONG = 100_000;

/** Our classes for the scopes of highlight.js; others have the colour of text. */
const CLASSES: { [scope: string]: string } = {
  keyword: 'tok-keyword',
  operator: 'tok-keyword',
  literal: 'tok-number',
  number: 'tok-number',
  string: 'tok-string',
  char: 'tok-string',
  comment: 'tok-comment',
  doctag: 'tok-comment',
  meta: 'tok-meta',
  title: 'tok-definition',
  built_in: 'tok-type',
  type: 'tok-type'
};

/** What lowlight gives (hast): text, and elements whose first class is "hljs-" and a scope. */
interface Tree {
  type: string;
  value?: string;
  properties?: { className?: unknown };
  children?: Tree[];
}

/** Source as coloured text nodes. */
export function highlighted(source: string, language: string): Node {
  const fragment = document.createDocumentFragment();
  if (source.length > LONG || !lowlight.registered(language)) {
    fragment.append(visible(source));
  } else {
    put(fragment, lowlight.highlight(language, source) as Tree);
  }
  return fragment;
}

function put(place: Node, tree: Tree): void {
  for (const child of tree.children ?? []) {
    if (child.type === 'text') {
      place.appendChild(document.createTextNode(visible(child.value ?? '')));
    } else {
      const [first] = Array.isArray(child.properties?.className) ? (child.properties.className as unknown[]) : [];
      const span = document.createElement('span');
      span.className = CLASSES[String(first ?? '').replace('hljs-', '')] ?? '';
      put(span, child);
      place.appendChild(span);
    }
  }
}
