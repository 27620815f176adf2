// Plays what is finished: single files as they are, HLS with hls.js.
import { html, useEffect, useRef, useState } from './view.mjs';

const NATIVE = ['video/mp4', 'video/webm', 'video/quicktime'];

const isMaster = (file) => file.type === 'application/vnd.apple.mpegurl' && /(^|\/)(master|main|index|live|all)[^/]*$/.test(file.name);
const isPart = (file) => /\.(m4s|cmfv|cmfa|ts)$/.test(file.name) || /(^|\/)(init|seg)[^/]*\.mp4$/.test(file.name);

/** Whether it is of use alone: the parts of a package are not. */
export const isPlayable = (file) => isMaster(file) || (NATIVE.includes(file.type) && !isPart(file));

const first = (files) =>
  files.find(isMaster) ?? files.find(isPlayable) ?? null;

export const Player = ({ files, chosen }) => {
  const video = useRef(null);
  const [trouble, setTrouble] = useState(null);
  const file = chosen ?? first(files);
  const href = file?.href;
  useEffect(() => {
    if (!file) return undefined;
    setTrouble(null);
    let player = null;
    let isGone = false;
    const begin = async () => {
      if (!isMaster(file)) {
        video.current.src = href;
        return;
      }
      const { default: Hls } = await import('./vendor/hls.mjs');
      if (isGone) return;
      if (!Hls.isSupported()) {
        video.current.src = href;
        return;
      }
      player = new Hls({ enableWorker: false });
      player.on(Hls.Events.ERROR, (_, data) => data.fatal && setTrouble(`It cannot be played: ${data.details}.`));
      player.loadSource(href);
      player.attachMedia(video.current);
    };
    begin().catch((e) => setTrouble(e.message));
    return () => {
      isGone = true;
      player?.destroy();
    };
  }, [href]);
  if (!file) return null;
  return html`
    <figure class="player">
      <video ref=${video} controls playsinline preload="metadata" aria-label=${`Preview of ${file.name}`}
        onError=${() => setTrouble('This browser cannot play it; H.264 and AV1 are played everywhere, HEVC only where the system has it.')}></video>
      <figcaption class="hint">${trouble ?? file.name}</figcaption>
    </figure>`;
};
