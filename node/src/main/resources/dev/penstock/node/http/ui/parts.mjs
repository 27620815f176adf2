// What all pages are made of.
import { Cell, html, useEffect, useLayoutEffect, useRef, useState } from './view.mjs';
import { listen } from './live.mjs';

const RELOAD_AT_MOST = 1000;

export const useCell = (cell) => {
  const [value, set] = useState(cell.value);
  useEffect(() => {
    set(cell.value);
    return cell.follow(set);
  }, [cell]);
  return value;
};

/** The time, anew every so often. */
export const useNow = (period = 1000) => {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), period);
    return () => clearInterval(timer);
  }, [period]);
  return now;
};

/**
 * What `load` answers. What was there stays while it is asked again, so that nothing jumps.
 * `on` says which events make it outdated; `every` asks again after so many milliseconds, as long as `until` does not hold.
 */
export const useLoad = (load, inputs, { on, every, until } = {}) => {
  const [state, set] = useState({ data: undefined, error: null, stale: false });
  const again = useRef(() => {});
  const test = useRef(on);
  test.current = on;
  useEffect(() => {
    const ended = new AbortController();
    let timer = null;
    let last = 0;
    let busy = false;
    let wanted = false;
    let isFinal = false;
    set((before) => ({ ...before, stale: true }));
    const now = async () => {
      timer = null;
      if (busy) {
        wanted = true;
        return;
      }
      busy = true;
      last = Date.now();
      try {
        const data = await load(ended.signal);
        isFinal = until !== undefined && until(data);
        if (!ended.signal.aborted) set({ data, error: null, stale: false });
      } catch (error) {
        if (!ended.signal.aborted) set((before) => ({ ...before, error, stale: false }));
      }
      busy = false;
      if (wanted && !ended.signal.aborted) {
        wanted = false;
        soon();
      }
    };
    const soon = () => {
      if (timer === null) timer = setTimeout(now, Math.max(0, last + RELOAD_AT_MOST - Date.now()));
    };
    again.current = now;
    now();
    const deaf = listen((event) => {
      if (test.current && (event === null || test.current(event))) soon();
    });
    const clock = every ? setInterval(() => document.hidden || isFinal || soon(), every) : null;
    return () => {
      ended.abort();
      deaf();
      clearTimeout(timer);
      clearInterval(clock);
    };
  }, inputs);
  return { ...state, reload: () => again.current() };
};

/** How wide an element is, in pixels. */
export const useWidth = (otherwise = 600) => {
  const element = useRef(null);
  const [width, set] = useState(otherwise);
  useLayoutEffect(() => {
    if (!element.current) return undefined;
    set(element.current.clientWidth || otherwise);
    const seen = new ResizeObserver(([entry]) => set(Math.round(entry.contentRect.width) || otherwise));
    seen.observe(element.current);
    return () => seen.disconnect();
  }, []);
  return [element, width];
};

const PATHS = {
  fleet: 'M4 6h16v5H4zM4 13h16v5H4zM7 8.5h.01M7 15.5h.01M11 8.5h6M11 15.5h6',
  jobs: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  capacity: 'M4 19V9M10 19V5M16 19v-8M22 19H2',
  doctor: 'M3 12h4l2.5-7 5 14 2.5-7h4',
  events: 'M12 7v5l3 2M21 12a9 9 0 1 1-3-6.7M21 4v4h-4',
  about: 'M12 11v5M12 8h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  plus: 'M12 5v14M5 12h14',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  auto: 'M12 3v18a9 9 0 0 0 0-18zM12 21a9 9 0 0 1 0-18',
  out: 'M10 5H5v14h5M14 8l4 4-4 4M18 12H9',
  keys: 'M3 7h18v10H3zM7 10.5h.01M10.5 10.5h.01M14 10.5h.01M17 10.5h.01M8 14h8',
  search: 'M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM20 20l-4.7-4.7',
  back: 'M14 6l-6 6 6 6',
  down: 'M12 4v11M7 11l5 5 5-5M5 20h14',
};

export const Icon = ({ name, size = 16 }) => html`
  <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;

const TONES = {
  ready: 'good', done: 'good', pass: 'good', confirmed: 'good', reused: 'idle',
  running: 'info', reserved: 'info', draining: 'info', queued: 'idle', waiting: 'idle', drained: 'idle', skip: 'idle',
  cancelled: 'idle', cancelling: 'warn', backoff: 'warn', degraded: 'warn', warn: 'warn', unknown: 'idle',
  failed: 'bad', quarantined: 'bad', lost: 'bad', fail: 'bad',
};
export const tone = (state) => TONES[state] ?? 'idle';

export const Badge = ({ state, label }) => html`
  <span class="badge" data-tone=${tone(state)}><span class="dot" aria-hidden="true"></span>${label ?? state}</span>`;

export const Bar = ({ fraction, label, tone: of = 'info' }) => html`
  <span class="bar" data-tone=${of} role="progressbar" aria-label=${label} aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${Math.round(fraction * 100)}>
    <span class="bar-fill" style=${{ transform: `scaleX(${Math.max(0, Math.min(1, fraction))})` }}></span>
  </span>`;

export const Empty = ({ title, children, icon = 'jobs' }) => html`
  <div class="empty"><${Icon} name=${icon} size=${28} /><h2>${title}</h2><div class="muted">${children}</div></div>`;

/** An error with its cause, its next step, and a way to ask again. */
export const Trouble = ({ error, reload, title }) => html`
  <div class="trouble" role="alert">
    <strong>${title ?? error.details?.title ?? 'That did not work'}</strong>
    <p>${error.message}</p>
    ${error.details?.cause && !error.message.includes(error.details.cause) ? html`<p class="muted">${error.details.cause}</p>` : null}
    ${error.details?.next && !error.message.includes(error.details.next) ? html`<p class="muted">Next: ${error.details.next}</p>` : null}
    ${error.details?.incident ? html`<p class="muted">Incident <code>${error.details.incident}</code> stands in the server's log.</p>` : null}
    ${reload ? html`<button class="button" onClick=${reload}>Try again</button>` : null}
  </div>`;

/** Space that what is being loaded will take. */
export const Skeleton = ({ rows = 4, tall = false }) => html`
  <div class="skeleton" role="status" aria-label="Loading">
    ${Array.from({ length: rows }, (_, i) => html`<div key=${i} class=${tall ? 'bone tall' : 'bone'}></div>`)}
  </div>`;

/** The data of a `useLoad`, or what stands in for them. */
export const Loaded = ({ of, rows, tall, children }) => {
  if (of.data === undefined) {
    return of.error ? html`<${Trouble} error=${of.error} reload=${of.reload} />` : html`<${Skeleton} rows=${rows} tall=${tall} />`;
  }
  return html`
    ${of.error ? html`<p class="notice" data-tone="warn" role="status">Shown as it was last: ${of.error.message}</p>` : null}
    ${children(of.data)}`;
};

export const Panel = ({ title, aside, children, id, flush }) => html`
  <section class=${flush ? 'panel flush' : 'panel'} aria-labelledby=${id}>
    <header class="panel-head"><h2 id=${id}>${title}</h2>${aside ? html`<div class="panel-aside">${aside}</div>` : null}</header>
    <div class="panel-body">${children}</div>
  </section>`;

const toasts = new Cell([]);
let toastNumber = 0;
export const toast = (text, of = 'good') => {
  const id = ++toastNumber;
  toasts.set([...toasts.value, { id, text, of }]);
  setTimeout(() => toasts.set(toasts.value.filter((each) => each.id !== id)), of === 'bad' ? 9000 : 4000);
};

export const Toasts = () => html`
  <div class="toasts" role="status" aria-live="polite">
    ${useCell(toasts).map((each) => html`<div key=${each.id} class="toast" data-tone=${each.of}>${each.text}</div>`)}
  </div>`;

/** A button that waits for what it began and says what went wrong. */
export const Action = ({ act, children, kind = '', title, disabled, label }) => {
  const [busy, set] = useState(false);
  const press = async () => {
    set(true);
    try {
      await act();
    } catch (e) {
      toast(e.message, 'bad');
    }
    set(false);
  };
  return html`<button type="button" class=${`button ${kind}`} onClick=${press} disabled=${busy || disabled} title=${title}
      aria-label=${label} aria-busy=${busy}>${children}</button>`;
};

const copied = async (text) => {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'off-screen';
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
  return undefined;
};

export const Copy = ({ text, label = 'Copy' }) => {
  const [done, set] = useState(false);
  const copy = async () => {
    try {
      await copied(text);
      set(true);
      setTimeout(() => set(false), 1500);
    } catch {
      toast('The browser does not let it be copied.', 'bad');
    }
  };
  return html`<button type="button" class="button quiet small" onClick=${copy} aria-label=${label}>
    <${Icon} name=${done ? 'check' : 'copy'} size=${14} />${done ? 'Copied' : 'Copy'}</button>`;
};

/** A native dialog: it holds the focus, and Escape closes it. */
export const Dialog = ({ title, close, children }) => {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  return html`
    <dialog ref=${dialog} class="dialog" aria-labelledby="dialog-title" onClose=${close}
        onClick=${(e) => e.target === dialog.current && close()}>
      <header class="panel-head"><h2 id="dialog-title">${title}</h2>
        <button type="button" class="button quiet icon-only" aria-label="Close" onClick=${close}><${Icon} name="close" /></button>
      </header>
      <div class="panel-body">${children}</div>
    </dialog>`;
};

export const JobLink = ({ id, children }) => html`<a href=${`#/jobs/${id}`} title=${id}>${children ?? html`<code>${id.slice(-8)}</code>`}</a>`;

/** A field with its label, a hint, and what is wrong with it. */
export const Field = ({ label, hint, wrong, id, children, wide }) => html`
  <div class=${wide ? 'field wide' : 'field'} data-wrong=${wrong ? 'yes' : undefined}>
    <label for=${id}>${label}</label>
    ${children}
    ${wrong ? html`<p class="wrong" id=${`${id}-wrong`} role="alert">${wrong}</p>` : hint ? html`<p class="hint" id=${`${id}-hint`}>${hint}</p>` : null}
  </div>`;

/** Values under a name each. */
export const Facts = ({ of }) => html`
  <dl class="facts">${of.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value, whole]) => html`
    <div key=${name} class=${whole ? 'whole' : undefined}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
