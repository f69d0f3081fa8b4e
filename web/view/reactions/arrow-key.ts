const MIRRORED: Readonly<Record<string, string>> = {
  ArrowLeft: 'ArrowRight',
  ArrowRight: 'ArrowLeft',
};

/** The key that means the same from left to right: `ArrowRight` leads on, also where a row begins at the right. */
export function arrowKey(key: string, direction: string): string {
  return (direction === 'rtl' ? MIRRORED[key] : undefined) ?? key;
}
