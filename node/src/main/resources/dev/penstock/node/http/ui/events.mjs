// What happened, as it happens.
import { html, useLayoutEffect, useMemo, useState } from './view.mjs';
import { ask } from './server.mjs';
import { events as live } from './live.mjs';
import { Empty, Icon, JobLink, Loaded, tone, useCell, useLoad } from './parts.mjs';
import { clock, moment, plural } from './text.mjs';

const BACK = 300;
const SHOWN = 500;

const flat = (value) => {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(flat).filter(Boolean).join(', ');
  return Object.entries(value).map(([key, each]) => { const text = flat(each); return text && `${key} ${text}`; }).filter(Boolean).join(', ');
};

/** An event in a line: what matters of its data. */
const says = ({ data }) => {
  if (!data || typeof data !== 'object') return flat(data);
  const failure = data.failure ?? data.last ?? data.to?.failure ?? data.to?.last;
  if (failure?.message) return failure.message;
  const line = failure?.diagnosis ?? failure;
  if (line?.subject && line?.problem) return `${line.subject} ${line.problem}`;
  const { from, to, ...rest } = data;
  // The worker is named after them.
  if (rest.gpus?.every((each) => rest.worker?.includes(each))) delete rest.gpus;
  return flat({ ...rest, ...(to && typeof to === 'object' ? to : {}) });
};

const toneOf = (kind) => tone(kind.split('.').pop());

export const Lines = ({ events, brief }) => html`
  <ol class=${brief ? 'events brief' : 'events'} tabindex=${brief ? 0 : undefined} aria-label="Events">${events.map((each) => html`
    <li key=${each.sequence}><time title=${moment(each.at)}>${clock(each.at)}</time>
      <span class="kind" data-tone=${toneOf(each.kind)}><span class="dot" aria-hidden="true"></span>${each.kind}</span>
      ${brief ? null : html`<span class="event-job">${each.job ? html`<${JobLink} id=${each.job} />` : ''}</span>`}
      <span class="event-text" title=${says(each)}>${says(each)}</span></li>`)}</ol>`;

/** The newest ones: pages go upwards, so it is begun shortly before the newest that jobs know of. */
const recent = async (signal) => {
  const { jobs } = await ask('/v1/jobs?limit=100', { signal });
  let after = Math.max(0, Math.max(0, ...jobs.map((each) => each.sequence)) - BACK);
  const found = [];
  for (;;) {
    const page = await ask(`/v1/events?limit=1000&after=${after}`, { signal });
    found.push(...page.events);
    if (page.next <= after) return found;
    after = page.next;
  }
};

export const EventsPage = () => {
  const told = useCell(live);
  const before = useLoad(recent, []);
  const [text, setText] = useState('');
  const [group, setGroup] = useState('');
  const [held, hold] = useState(null);
  const all = useMemo(() => {
    const known = new Map();
    [...(before.data ?? []), ...told].forEach((each) => known.set(each.sequence, each));
    return [...known.values()].sort((a, b) => b.sequence - a.sequence);
  }, [before.data, told]);
  useLayoutEffect(() => {
    const press = (e) => e.key === 'p' && !e.target.closest('input, select, textarea') && hold((was) => (was ? null : all));
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [all]);
  const shown = (held ?? all).filter((each) =>
    (!group || each.kind.startsWith(group)) &&
    (!text || `${each.kind} ${each.job ?? ''} ${says(each)}`.toLowerCase().includes(text.toLowerCase())));
  const newer = held ? all.length - held.length : 0;
  return html`
    <div class="toolbar"><div class="filters" role="search">
      <div class="tabs" role="group" aria-label="About">${[['', 'All'], ['job.', 'Jobs'], ['node.', 'Node'], ['device.', 'Devices']].map(([value, name]) => html`
        <button key=${name} type="button" aria-pressed=${group === value} onClick=${() => setGroup(value)}>${name}</button>`)}</div>
      <label class="input-icon"><${Icon} name="search" /><span class="off-screen">Filter</span>
        <input type="search" data-search placeholder="Filter" value=${text} onInput=${(e) => setText(e.target.value)} /></label></div>
      <button type="button" class="button" aria-pressed=${held !== null} title="p" onClick=${() => hold(held ? null : all)}>${held ? `Go on${newer ? ` (${newer} new)` : ''}` : 'Hold'}</button></div>
    <${Loaded} of=${before} rows=${10}>${() => shown.length === 0
      ? html`<${Empty} title=${all.length ? 'No event is like that' : 'Nothing happened yet'} icon="events">${all.length ? 'Take the filter away.' : 'Events show up here as they happen.'}<//>`
      : html`<div class="panel flush"><${Lines} events=${shown.slice(0, SHOWN)} /></div><p class="muted more">${plural(shown.length, 'event')}, the newest first</p>`}<//>`;
};
