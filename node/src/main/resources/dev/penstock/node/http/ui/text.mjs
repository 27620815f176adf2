// Figures and times as people read them.
export const DASH = '–';

export const share = (fraction) => `${Math.floor(Math.max(0, Math.min(1, fraction)) * 100)} %`;

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
export const bytes = (value) => {
  if (value === null || value === undefined) return DASH;
  let left = value;
  let unit = 0;
  while (left >= 1000 && unit < UNITS.length - 1) {
    left /= 1000;
    unit++;
  }
  return `${unit === 0 || left >= 100 ? Math.round(left) : left.toFixed(1)} ${UNITS[unit]}`;
};

export const gib = (value) => (value === null || value === undefined ? DASH : (value / 2 ** 30).toFixed(1));

export const number = (value) =>
  value === null || value === undefined ? DASH : new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(value);

const two = (value) => String(value).padStart(2, '0');

/** A length of time in seconds. */
export const length = (seconds) => {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))}`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
};

export const fine = (seconds) => (seconds < 10 ? `${seconds.toFixed(2)} s` : length(seconds));

export const ago = (at, now = Date.now()) => {
  const s = (now - Date.parse(at)) / 1000;
  if (Number.isNaN(s)) return DASH;
  if (s < 5) return 'now';
  if (s < 60) return `${Math.floor(s)} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ago`;
  return `${Math.floor(s / 86_400)} d ago`;
};

/** When it is done: from soonest to latest, from now. */
export const band = (progress, now = Date.now()) => {
  if (!progress?.soonest) return DASH;
  const from = Math.max(0, (Date.parse(progress.soonest) - now) / 1000);
  const to = Math.max(from, (Date.parse(progress.latest ?? progress.soonest) - now) / 1000);
  const [a, b] = [length(from), length(to)];
  return a === b ? a : `${a} to ${b}`;
};

export const clock = (at) => {
  const d = new Date(at);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
};

export const moment = (at) => {
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock(at)}`;
};

/** The same text with its times as people read them. */
export const humane = (text) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, clock);

export const sentence = (text) => humane(text.charAt(0).toUpperCase() + text.slice(1));

export const short = (id) => id.slice(-8);
export const base = (path) => String(path ?? '').replace(/\/+$/, '').split('/').pop();

/** What a spec asks for: its kind, input, output and the rest. */
export const asked = (spec) => {
  if (!spec || typeof spec !== 'object') return null;
  const kind = ['transcode', 'ladder'].find((each) => spec[each]);
  if (!kind) return null;
  const { input, output, ...rest } = spec[kind];
  return { kind, input: String(input ?? ''), output: String(output ?? ''), rest };
};

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
