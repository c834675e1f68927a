const TONE_HZ = 660;
const TONE_S = 0.4;
const VOLUME = 0.2;

/** One short tone: the screen needs eyes. A browser that nobody has touched yet stays silent, and the veil has to do. */
export function beep(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = TONE_HZ;
  volume.gain.value = VOLUME;
  tone.connect(volume).connect(audio.destination);
  tone.addEventListener('ended', () => void audio.close());
  tone.start();
  tone.stop(audio.currentTime + TONE_S);
}
