/** The button that copies the program shown. Where a page may not write to the clipboard, it selects the lines. */
export function startCode(): void {
  const code = document.querySelector('#program');
  const button = document.querySelector('#copy');
  if (!code || !button) return;
  const label = button.textContent;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code.textContent ?? '');
      button.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(code); // a page that came by http: from elsewhere has no clipboard
      button.textContent = 'Selected';
    }
  });
  button.addEventListener('blur', () => {
    button.textContent = label;
  });
}
