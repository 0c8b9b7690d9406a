/** Put text on the clipboard. Rejects where the browser refuses; a page that did not come by HTTPS has only the older way. */
export async function toClipboard(text: string): Promise<void> {
  if (window.isSecureContext && navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const take = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', take);
  try {
    if (!document.execCommand('copy')) {
      throw new Error('the browser refuses');
    }
  } finally {
    document.removeEventListener('copy', take);
  }
}
