// The shell: who is there, which page is shown, and keys.
import { html, render, useEffect, useLayoutEffect, useRef, useState } from './view.mjs';
import { ask, logOut, session, whoAmI } from './server.mjs';
import * as live from './live.mjs';
import { Dialog, Icon, Toasts, Trouble, Skeleton, useCell, useLoad } from './parts.mjs';
import { go, route } from './route.mjs';
import { Fleet } from './fleet.mjs';
import { JobList } from './jobs.mjs';
import { JobPage } from './job.mjs';
import { Submit } from './submit.mjs';
import { CapacityPage } from './capacity.mjs';
import { DoctorPage } from './doctor.mjs';
import { EventsPage } from './events.mjs';
import { AboutPage } from './about.mjs';
import { LogIn } from './login.mjs';

const PAGES = [
  { name: 'fleet', title: 'Fleet', key: 'f', page: Fleet },
  { name: 'jobs', title: 'Jobs', key: 'j', page: JobList },
  { name: 'capacity', title: 'Capacity', key: 'c', page: CapacityPage },
  { name: 'doctor', title: 'Doctor', key: 'd', page: DoctorPage },
  { name: 'events', title: 'Events', key: 'e', page: EventsPage },
  { name: 'about', title: 'About', key: 'a', page: AboutPage },
];

const find = ({ parts }) => {
  if (parts[0] === 'jobs' && parts[1]) return { name: 'jobs', title: `Job ${parts[1].slice(-8)}`, page: JobPage, key: parts[1], id: parts[1] };
  if (parts[0] === 'submit') return { name: 'jobs', title: 'Submit a job', page: Submit };
  return PAGES.find((each) => each.name === parts[0]) ?? PAGES[0];
};

const THEMES = ['auto', 'light', 'dark'];
const ICONS = { auto: 'auto', light: 'sun', dark: 'moon' };

const Theme = () => {
  const [theme, set] = useState(document.documentElement.dataset.theme ?? 'auto');
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  const change = () => {
    if (next === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem('penstock.theme', next);
    } catch {
      // It holds until the page is left.
    }
    set(next);
  };
  return html`<button type="button" class="button quiet icon-only" onClick=${change} title=${`Colours: ${theme}`}
      aria-label=${`Colours: ${theme}. Change to ${next}`}><${Icon} name=${ICONS[theme]} /></button>`;
};

const Connection = () => {
  const state = useCell(live.connection);
  const text = { live: 'Live', connecting: 'Connecting', lost: 'Reconnecting' }[state];
  return html`<span class="connection" data-state=${state} role="status"><span class="dot" aria-hidden="true"></span>${text}</span>`;
};

const KEYS = [
  ['g then f, j, c, d, e, a', 'Fleet, Jobs, Capacity, Doctor, Events, About'],
  ['n', 'Submit a job'],
  ['/', 'To the search field'],
  ['↑ ↓, Enter', 'Along the list of jobs, open one'],
  ['t', 'Light, dark or as the system has it'],
  ['?', 'This help'],
  ['Esc', 'Close, or leave a field'],
];

const Help = ({ close }) => html`
  <${Dialog} title="Keys" close=${close}>
    <dl class="keys">${KEYS.map(([keys, what]) => html`<div key=${keys}><dt><kbd>${keys}</kbd></dt><dd>${what}</dd></div>`)}</dl>
  <//>`;

const isField = (element) => element.closest('input, textarea, select, [contenteditable], video') !== null;

const useKeys = (setHelp) => {
  const went = useRef(0);
  // Before the page is painted: keys that follow the sight of it must not be lost.
  useLayoutEffect(() => {
    const press = (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open]')) return;
      if (isField(e.target)) {
        if (e.key === 'Escape') e.target.blur();
        return;
      }
      const page = PAGES.find((each) => each.key === e.key);
      if (Date.now() - went.current < 1500 && page) {
        went.current = 0;
        go(`/${page.name}`);
      } else if (e.key === 'g') went.current = Date.now();
      else if (e.key === 'n') go('/submit');
      else if (e.key === '?') setHelp(true);
      else if (e.key === 't') document.querySelector('[aria-label^="Colours"]')?.click();
      else if (e.key === '/') document.querySelector('[data-search]')?.focus();
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
};

const ACTIVE = ['running', 'cancelling'];
const BAD = ['lost', 'degraded'];

/** What stands beside the names of pages. */
const useCounts = () => {
  const health = useLoad((signal) => ask('/v1/health', { signal }), [], { on: () => true, every: 10_000 });
  const sum = (of, states) => states.reduce((all, each) => all + (of?.[each] ?? 0), 0);
  return {
    health,
    jobs: sum(health.data?.jobs, ACTIVE),
    fleet: sum(health.data?.devices, BAD),
  };
};

const Nav = ({ shown, counts }) => html`
  <nav class="nav" aria-label="Pages">
    <a class="brand" href="#/fleet" aria-label="Penstock, Fleet"><img src="/ui/icon.svg" width="22" height="22" alt="" /><span>Penstock</span></a>
    <ul>${PAGES.map((each) => html`<li key=${each.name}>
      <a href=${`#/${each.name}`} aria-current=${shown.name === each.name ? 'page' : undefined}><${Icon} name=${each.name} size=${18} /><span>${each.title}</span>
        ${each.name === 'jobs' && counts.jobs > 0 ? html`<span class="count" aria-label=${`${counts.jobs} running`}>${counts.jobs}</span>` : null}
        ${each.name === 'fleet' && counts.fleet > 0 ? html`<span class="count" data-tone="bad" aria-label=${`${counts.fleet} not well`}>${counts.fleet}</span>` : null}
      </a></li>`)}</ul>
  </nav>`;

const Notices = ({ health, connection }) => {
  const drained = health.data?.drained?.node;
  const failing = (health.data?.checks ?? []).filter((each) => !each.ready && !(drained && each.name === 'intake'));
  return html`<div class="notices" aria-live="polite">
    ${connection === 'lost' ? html`<p class="notice" data-tone="bad">The server does not answer. What is shown may be old; it is tried again by itself.</p>` : null}
    ${drained ? html`<p class="notice" data-tone="warn">The node is drained: what runs ends, and nothing new begins.</p>` : null}
    ${connection === 'lost' ? null : failing.map((each) => html`<p key=${each.name} class="notice" data-tone="bad">Not ready: ${each.name}. ${each.text}</p>`)}
  </div>`;
};

const Who = ({ who }) => html`
  <span class="who" title=${`${who.name}, ${who.role}`}>${who.name}</span>
  ${who.name === 'loopback' || who.name === 'local' ? null : html`<button type="button" class="button quiet icon-only" aria-label="Log out" title="Log out"
    onClick=${logOut}><${Icon} name="out" /></button>`}`;

const HIDDEN_FOR = 30_000;

/** A browser has six connections to a server: tabs that nobody looks at let theirs go. */
const followWhileSeen = () => {
  let timer = null;
  const change = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(live.stop, HIDDEN_FOR);
    else live.start();
  };
  change();
  document.addEventListener('visibilitychange', change);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', change);
    live.stop();
  };
};

const Shell = ({ who }) => {
  const at = useCell(route);
  const connection = useCell(live.connection);
  const [help, setHelp] = useState(false);
  const counts = useCounts();
  const main = useRef(null);
  const first = useRef(true);
  const shown = find(at);
  useKeys(setHelp);
  useEffect(followWhileSeen, []);
  const where = at.parts.join('/');
  useEffect(() => {
    document.title = `${shown.title} · Penstock`;
    window.scrollTo(0, 0);
    // Readers hear the new page, unless it has put the focus where it is wanted; at first it stays where the browser put it.
    if (!first.current && !main.current.contains(document.activeElement)) main.current.focus({ preventScroll: true });
    first.current = false;
  }, [where]);
  const Page = shown.page;
  return html`
    <a class="skip" href="#main" onClick=${(e) => { e.preventDefault(); main.current.focus(); }}>To the content</a>
    <div class="shell">
      <${Nav} shown=${shown} counts=${counts} />
      <div class="column">
        <header class="top"><h1>${shown.title}</h1><div class="top-aside">
          <${Connection} />
          <button type="button" class="button quiet icon-only wide-only" aria-label="Keys" title="Keys (?)" onClick=${() => setHelp(true)}><${Icon} name="keys" /></button>
          <${Theme} /><${Who} who=${who} /></div></header>
        <${Notices} health=${counts.health} connection=${connection} />
        <main id="main" ref=${main} tabindex="-1"><${Page} key=${`${shown.name}/${shown.id ?? ''}`} id=${shown.id} query=${at.query} /></main>
      </div>
    </div>
    ${help ? html`<${Help} close=${() => setHelp(false)} />` : null}
    <${Toasts} />`;
};

const App = () => {
  const who = useCell(session);
  const [error, setError] = useState(null);
  const begin = () => {
    setError(null);
    whoAmI().catch(setError);
  };
  useEffect(begin, []);
  if (error) return html`<main class="alone"><${Trouble} error=${error} reload=${begin} /></main>`;
  if (who === undefined) return html`<main class="alone"><${Skeleton} rows=${3} /></main>`;
  return who === null ? html`<${LogIn} />` : html`<${Shell} who=${who} />`;
};

const root = document.getElementById('app');
root.replaceChildren();
render(html`<${App} />`, root);
