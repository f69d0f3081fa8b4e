import { ifPossible } from './if-possible.ts';

/** Plays two short soft tones, synthesised here. Silent if the browser wants a click first, or has no Web Audio. */
export function playSound(): void {
  ifPossible(play);
}

function play(): void {
  const audio = new AudioContext();
  const volume = new GainNode(audio, { gain: 0 });
  volume.connect(audio.destination);
  const start = audio.currentTime;
  for (const [index, frequency] of [660, 880].entries()) {
    const tone = new OscillatorNode(audio, { type: 'sine', frequency });
    tone.connect(volume);
    const at = start + index * 0.09;
    volume.gain.setValueAtTime(0.12, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
    tone.start(at);
    tone.stop(at + 0.16);
    // Browsers allow a page only a few audio contexts at a time.
    if (index === 1) tone.onended = () => void audio.close().catch(() => {});
  }
}
