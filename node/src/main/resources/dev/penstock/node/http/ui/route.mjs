// Where one is: #/PAGE/PART?NAME=VALUE.
import { Cell } from './view.mjs';

const read = () => {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: Object.fromEntries(new URLSearchParams(query)) };
};

export const route = new Cell(read());
addEventListener('hashchange', () => route.set(read()));

export const go = (path) => {
  location.hash = path;
};

/** Other values in the address, without a further step for the back button. */
export const refine = (path, query) => {
  const kept = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined && value !== null);
  const text = new URLSearchParams(kept).toString();
  history.replaceState(null, '', `#${path}${text ? `?${text}` : ''}`);
  route.set(read());
};
