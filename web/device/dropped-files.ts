/**
 * Reports files that are dropped onto the page, or pasted without a text. A browser opens a dropped file in place of the
 * page, and drops a pasted one without a word.
 */
export function watchDroppedFiles(onFiles: () => void): () => void {
  const onDrag = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (event.type === 'drop') onFiles();
  };
  const onPaste = ({ clipboardData }: ClipboardEvent) => {
    // A copied table comes as text and as a picture.
    const types = clipboardData?.types ?? [];
    if (types.includes('Files') && !types.includes('text/plain')) onFiles();
  };
  document.addEventListener('dragover', onDrag);
  document.addEventListener('drop', onDrag);
  document.addEventListener('paste', onPaste);
  return () => {
    document.removeEventListener('dragover', onDrag);
    document.removeEventListener('drop', onDrag);
    document.removeEventListener('paste', onPaste);
  };
}
