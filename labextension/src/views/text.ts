/** Strings of strangers, made fit to be shown. */

/** What changes how the text around it reads, or hides in it: controls, overrides of direction, what has no width, tags. */
// eslint-disable-next-line no-control-regex
const TRICKS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** Text with a mark in the place of each trick; line breaks and tabs stay. */
export function visible(text: string): string {
  return text.replace(TRICKS, '\ufffd');
}

/** Text of at most so many characters; longer text ends in an ellipsis. No character is cut in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  const end = /[\ud800-\udbff]/.test(text[most - 2] ?? '') ? most - 2 : most - 1;
  return `${text.slice(0, end)}\u2026`;
}

/** Text of at most so many characters; longer text says how long it is. */
export function excerpt(text: string, most: number): string {
  return text.length <= most ? text : `${cut(text, most)} (${text.length.toLocaleString('en')} characters)`;
}
